"""From a state to what its screen shows: one module a group of screens."""
