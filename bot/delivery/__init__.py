"""Sending the outbox: from a planned delivery to a message that was sent."""
