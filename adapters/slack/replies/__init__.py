"""How answers reach the person who asked."""
