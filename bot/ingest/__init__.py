"""From the sources to stored, indexed papers."""
