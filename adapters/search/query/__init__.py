"""From what was typed to a query of the index."""
