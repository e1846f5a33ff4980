"""Chats, topics, settings and reading lists as one readable file: written, read, and followed."""
