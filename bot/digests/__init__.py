"""From the papers of a day to the message in a chat."""
