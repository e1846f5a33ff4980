"""How updates arrive: polling or a webhook."""
