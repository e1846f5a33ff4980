"""What a feed holds, whatever its form.

An entry's id never depends on where it is served, and its moment of change never on votes: readers show what has
another id, or another moment, as unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from bot.papers import Paper
from bot.rendering.paper_facts import visible_facts
from bot.tldr import tldr

# Characters that no XML 1.0 document may hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link of an entry beside its own address."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A paper; ``updated`` (UTC) is when its title, abstract or summary last changed, ``published`` its list day.

    ``reasons`` say why it was sent, '' in a feed that is for everybody.
    """

    id: str
    url: str
    title: str
    summary: str
    abstract: str
    authors: Sequence[str]
    lab: str
    links: Sequence[FeedLink]
    published: datetime
    updated: datetime
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """Some papers, newest list day first. ``page_url`` shows the same as a page, ``self_url`` is the feed itself."""

    id: str
    title: str
    page_url: str
    self_url: str
    updated: datetime
    entries: Sequence[FeedEntry]


def paper_entry(paper: Paper, authority: str, text_changed_at: datetime, reasons: str = "") -> FeedEntry:
    """The paper as an entry; ``authority`` begins every tag URI (RFC 4151) of this installation."""
    published = datetime.combine(paper.listed_on, time(), UTC)
    facts = visible_facts(paper)
    links = [("PDF", paper.pdf_url), ("Code", facts.code_url), ("Project", paper.project_url)]
    return FeedEntry(
        id=f"tag:{authority}:paper:{paper.id}",
        url=paper.url,
        title=printable(paper.title),
        summary=printable(tldr(paper)),
        abstract=printable(paper.abstract),
        authors=[printable(author.name) for author in paper.visible_authors],
        lab=printable(paper.organization.display_name) if paper.organization else "",
        links=[FeedLink(name, printable(url)) for name, url in links if url],
        published=published,
        updated=max(published, text_changed_at.replace(microsecond=0)),
        reasons=printable(reasons),
    )


def newest_entries(
    papers: Sequence[Paper], changed_at: Mapping[str, datetime], authority: str, most: int
) -> list[FeedEntry]:
    """The newest ``most`` papers as entries, and all of the newest list day."""
    ordered = sorted(papers, key=lambda paper: (paper.listed_on, paper.id), reverse=True)
    newest: date | None = ordered[0].listed_on if ordered else None
    kept = [paper for place, paper in enumerate(ordered) if place < most or paper.listed_on == newest]
    return [paper_entry(paper, authority, changed_at[paper.id]) for paper in kept if paper.id in changed_at]


def printable(text: str) -> str:
    """The text without characters that no XML holds."""
    return _NOT_IN_XML.sub("", text)
