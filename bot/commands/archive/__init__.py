"""The lists and the archive for readers without a chat: what stands on pages and in feeds."""
