"""Letters of villages: their wording, numbers, PDF, and how anybody checks one."""
