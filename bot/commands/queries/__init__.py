"""How a typed topic or name is understood."""
