"""arXiv's daily announcements, a category at a time."""

from adapters.arxiv.source import ArxivSource

__all__ = ["ArxivSource"]
