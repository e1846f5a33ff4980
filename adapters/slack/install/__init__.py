"""How the app comes into a workspace."""
