"""The audit log: who did what, written beside the change and never changed itself."""
