"""From views to messages and keyboards."""
