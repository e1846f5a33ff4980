"""Commands about the chat and the person themselves."""
