"""The workspaces that the app is in."""
