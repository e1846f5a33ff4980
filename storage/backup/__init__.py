"""Backups: one SQLite file in Paperboy's own tables, whichever engine it was made from or is restored to."""
