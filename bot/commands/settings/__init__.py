"""When and how digests come."""
