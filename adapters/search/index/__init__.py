"""The full-text index as a file."""
