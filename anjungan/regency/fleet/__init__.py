"""What kiosks say about themselves, and whether they are there."""
