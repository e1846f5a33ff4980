"""What Telegram sends us, as values."""
