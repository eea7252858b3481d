"""Alembic's scripts; versions hold one module for each step of the tables."""
