"""A scripted visit through the whole real system, kept as pictures and a summary."""
