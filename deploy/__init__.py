"""How Paperboy gets to where it runs."""
