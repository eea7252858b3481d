"""The watch: what has to happen by itself, in one process at a time."""
