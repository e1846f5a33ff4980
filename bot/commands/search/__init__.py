"""Search, and the preview of a topic."""
