"""Card readers: which card lies on the reader, and whether it can be recognised again."""
