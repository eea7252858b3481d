"""``anjungan doctor``: what a technician runs to learn what is wrong, and how to mend it."""
