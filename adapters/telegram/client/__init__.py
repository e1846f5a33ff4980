"""Calls to the Bot API, and what its answers mean."""
