"""Digests by mail: handed to a mail server, subscribed to by a form and a link that confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.email.platform import EmailConfig, EmailPlatform

__all__ = ["EmailConfig", "EmailPlatform"]


def __getattr__(name: str) -> object:
    """Imports the platform when it is asked for: whoever only wants its capabilities goes without its libraries."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adapters.email import platform

    return getattr(platform, name)
