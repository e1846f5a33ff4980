"""Which papers a digest brings, when, and what is said where there is none."""
