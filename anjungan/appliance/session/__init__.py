"""One resident's visit as a pure state machine, and what a screen shows as a value."""
