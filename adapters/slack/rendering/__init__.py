"""From views to blocks."""
