"""Topics as a list of feeds that readers take in (OPML 2.0, http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.feeds.atom import TEMPLATES

MEDIA_TYPE: Final = "text/x-opml"


@dataclass(frozen=True, slots=True)
class OpmlOutline:
    """A topic, the feed of its papers, and the page that shows the same."""

    text: str
    feed_url: str
    page_url: str


def render_opml(title: str, topics: Sequence[OpmlOutline]) -> str:
    """The whole document."""
    return str(TEMPLATES.get_template("topics.opml").render(title=title, topics=topics))
