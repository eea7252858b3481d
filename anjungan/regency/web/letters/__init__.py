"""Pages of letters: making one, printing it, checking it, and how a village writes them."""
