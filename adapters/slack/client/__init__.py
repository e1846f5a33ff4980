"""Calls to Slack, and what its answers mean."""
