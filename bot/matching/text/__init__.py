"""From text to comparable words."""
