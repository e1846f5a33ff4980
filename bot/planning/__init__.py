"""Which papers a digest brings, when, and which notice a chat gets where there are none."""
