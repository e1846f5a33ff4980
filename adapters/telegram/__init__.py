"""Telegram: private chats, groups, channels and forum topics, through python-telegram-bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.telegram.platform import TelegramPlatform

__all__ = ["TelegramPlatform"]


def __getattr__(name: str) -> object:
    """Imports the platform when it is asked for: whoever only wants its capabilities goes without its libraries."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adapters.telegram import platform

    return getattr(platform, name)
