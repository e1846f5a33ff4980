"""The curated topics and the names they go by."""
