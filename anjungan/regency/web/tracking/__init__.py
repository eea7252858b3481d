"""Residents' page on their phone."""
