"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any, Final

from adapters.feeds.atom import moment, render_content
from adapters.feeds.feed import Feed, FeedEntry

MEDIA_TYPE: Final = "application/feed+json"
VERSION: Final = "https://jsonfeed.org/version/1.1"


def render_json_feed(feed: Feed) -> str:
    """The whole document."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.self_url,
        "language": "en",
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False)


def _item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": render_content(entry),
        "date_published": moment(entry.published),
        "date_modified": moment(entry.updated),
        "authors": [{"name": name} for name in entry.authors],
    }
    if entry.lab:
        item["tags"] = [entry.lab]
    return item
