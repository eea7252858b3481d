"""Pages of kiosks."""
