"""Staff accounts, their passwords and their sessions."""
