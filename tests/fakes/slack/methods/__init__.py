"""The Web API methods, a module a family; importing them registers them."""

from __future__ import annotations

from tests.fakes.slack.methods import accounts, chat, conversations, files, views

__all__ = ["accounts", "chat", "conversations", "files", "views"]
