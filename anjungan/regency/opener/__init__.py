"""Opening what is sealed: a process of its own alone reads private keys; the others ask it."""
