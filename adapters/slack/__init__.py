"""Slack: channels and direct conversations of one workspace, by slack-bolt and slack-sdk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

__all__ = ["SlackPlatform"]


def __getattr__(name: str) -> object:
    """Imports the platform when it is asked for: whoever only wants its capabilities goes without its libraries."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adapters.slack import platform

    return getattr(platform, name)
