"""An RSS feed of arXiv, read exactly and within limits; one that is broken is a failed reading, never an empty list."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from adapters.source_http import parse_moment
from bot.errors import SourceUnavailable

MAX_FEED_BYTES = 10_000_000  # unpacked; the largest category announces about one megabyte a day
MAX_ENTRIES = 5000
FEED_TIME_ZONE = ZoneInfo("America/New_York")  # the feeds' dates
_ROOT = re.compile(rb"<(?:rss|rdf:RDF)[\s>]")
_ROOT_END = re.compile(rb"</(?:rss|rdf:RDF)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.S)
_ITEM = re.compile(rb"<item[\s>]")


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a feed, and the day (US Eastern) that it names."""

    entries: Sequence[Mapping[str, Any]]
    day: date | None


def parse_feed(body: bytes) -> Feed:
    """Raises :class:`SourceUnavailable` for what is no feed, is cut off or malformed, or has too many entries."""
    if not _ROOT.search(body[:2000]):
        raise SourceUnavailable("answered something else than a feed")
    if not _ROOT_END.search(body[-2000:]):
        raise SourceUnavailable("the feed is cut off")
    if sum(1 for _ in _ITEM.finditer(body)) > MAX_ENTRIES:
        raise SourceUnavailable(f"the feed has more than {MAX_ENTRIES} entries")
    # Abstracts are plain text: what stands in angle brackets in them is no markup to be cleaned away.
    try:
        parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # the parser meets what strangers wrote: one category, not the whole reading
        raise SourceUnavailable(f"the feed can't be read ({type(error).__name__})") from error
    if parsed.bozo and not isinstance(parsed.bozo_exception, feedparser.CharacterEncodingOverride):
        raise SourceUnavailable("the feed is malformed")
    published = parse_moment(parsed.feed.get("published", ""))
    return Feed(parsed.entries, published.astimezone(FEED_TIME_ZONE).date() if published else None)
