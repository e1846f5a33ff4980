"""Whether a paper matches a topic, and why."""
