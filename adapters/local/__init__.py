"""The local chat: one conversation kept as rows, whichever window shows it."""

from adapters.local.chat import LocalChat

__all__ = ["LocalChat"]
