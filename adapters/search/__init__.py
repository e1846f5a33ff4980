"""The search index: SQLite FTS5 in a derived file of its own."""
