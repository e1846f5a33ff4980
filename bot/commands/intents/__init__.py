"""What people mean by whole sentences: an everyday grammar of intents, pure."""
