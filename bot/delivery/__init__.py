"""The outbox at work: from a planned delivery to a message that was sent."""
