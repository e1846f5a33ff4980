"""From a wish to a confirmed subscription."""
