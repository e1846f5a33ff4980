"""Papers as rows, and what becomes of one that several sources list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.papers import Author, Organization, Paper, PaperListing
from bot.sources import sources


def paper_from_row(row: Row[Any]) -> Paper:
    """The paper in a row of the table ``paper``."""
    return Paper(
        id=row.id,
        title=row.title,
        abstract=row.abstract,
        listed_on=row.listed_on,
        relisted_on=row.relisted_on,
        authors=tuple(Author(name, user, hidden) for name, user, hidden in row.authors),
        organization=_organization_from_row(row.organization, row.organization_full_name),
        tldr=row.tldr,
        keywords=tuple(row.keywords),
        upvotes=row.upvotes,
        comments=row.comments,
        code_url=row.code_url,
        code_stars=row.code_stars,
        project_url=row.project_url,
        thumbnail_url=row.thumbnail_url,
        published_on=row.published_on,
        sources=frozenset(row.sources),
        sample=row.sample,
    )


def _organization_from_row(name: str, full_name: str) -> Organization | None:
    return Organization(name, full_name) if name or full_name else None


def paper_to_row(paper: Paper, revision: int, at: datetime) -> dict[str, Any]:
    """The values of a paper's row, as of a text that is new at that moment."""
    organization = paper.organization or Organization("")
    return {
        "id": paper.id,
        "revision": revision,
        "title": paper.title,
        "abstract": paper.abstract,
        "listed_on": paper.listed_on,
        "relisted_on": paper.relisted_on,
        "published_on": paper.published_on,
        "authors": [[author.name, author.user, author.hidden] for author in paper.authors],
        "organization": organization.name,
        "organization_full_name": organization.full_name,
        "tldr": paper.tldr,
        "keywords": list(paper.keywords),
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "code_url": paper.code_url,
        "code_stars": paper.code_stars,
        "project_url": paper.project_url,
        "sources": sorted(paper.sources),
        "thumbnail_url": paper.thumbnail_url,
        "sample": paper.sample,
        "changed_at": at,
        "text_changed_at": at,
    }


def merge_listing(known: Paper | None, listing: PaperListing) -> Paper:
    """The paper once ``listing`` is merged in: the first source's facts win, empty ones are filled from what was known.

    A fact that a source stops naming is kept. A sample paper gives way to the real one of the same id, never the other
    way round.
    """
    new = replace(listing.paper, listed_on=listing.day)
    if known is None or (known.sample and not new.sample):
        return new
    if new.sample and not known.sample:
        return known
    rank = sources().rank
    if rank(listing.source) <= min(map(rank, known.sources), default=0):
        return _fill_missing(new, known)
    return _fill_missing(known, new)


def has_same_text(paper: Paper, known: Paper | None) -> bool:
    """Whether a reader of both would find nothing new to read."""
    return known is not None and (paper.title, paper.abstract, paper.tldr) == (known.title, known.abstract, known.tldr)


def _fill_missing(better: Paper, other: Paper) -> Paper:
    return replace(
        better,
        title=better.title or other.title,
        abstract=better.abstract or other.abstract,
        listed_on=min(better.listed_on, other.listed_on),
        authors=better.authors or other.authors,
        organization=better.organization or other.organization,
        tldr=better.tldr or other.tldr,
        keywords=better.keywords or other.keywords,
        code_url=better.code_url or other.code_url,
        code_stars=better.code_stars or other.code_stars,
        project_url=better.project_url or other.project_url,
        thumbnail_url=better.thumbnail_url or other.thumbnail_url,
        published_on=better.published_on or other.published_on,
        sources=better.sources | other.sources,
    )
