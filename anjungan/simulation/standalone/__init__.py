"""One simulated device alone, for somebody else's program: ``anjungan sim run``."""
