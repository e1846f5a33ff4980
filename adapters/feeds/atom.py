"""A feed as Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.feeds.feed import Feed, FeedEntry

MEDIA_TYPE: Final = "application/atom+xml"

TEMPLATES: Final = Environment(
    loader=PackageLoader("adapters.feeds"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def render_atom(feed: Feed, version: str) -> str:
    """The whole document."""
    return TEMPLATES.get_template("feed.atom").render(
        feed=feed, version=version, moment=moment, content_of=render_content
    )


def render_content(entry: FeedEntry) -> str:
    """An entry's HTML, as text that is still to be escaped where it stands inside another document."""
    return str(TEMPLATES.get_template("entry.html").render(entry=entry)).strip()


def moment(value: datetime) -> str:
    """As RFC 3339 writes it, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
