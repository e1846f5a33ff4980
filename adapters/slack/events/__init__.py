"""What Slack sends us, as values."""
