"""Site settings: what differs from village to village."""
