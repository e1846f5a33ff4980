"""The database: engine, tables, unit of work, repositories and migrations."""
