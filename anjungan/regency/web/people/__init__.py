"""Logging in, and pages of accounts."""
