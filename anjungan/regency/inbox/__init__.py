"""The inbox process: takes what kiosks send, commits it, and only then receipts it."""
