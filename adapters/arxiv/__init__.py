"""arXiv's daily announcements, a category at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.arxiv.source import ArxivSource

__all__ = ["ArxivSource"]


def __getattr__(name: str) -> object:
    """Imports the source when it is asked for: whoever only wants its capabilities goes without its libraries."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adapters.arxiv import source

    return getattr(source, name)
