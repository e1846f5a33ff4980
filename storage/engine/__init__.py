"""SQLite and PostgreSQL behind one transaction."""
