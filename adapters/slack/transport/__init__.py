"""How events arrive: HTTP or Socket Mode."""
