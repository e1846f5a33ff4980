"""From a row of ``/api/daily_papers`` to a paper.

A missing value is a missing key. Only ``paper.id`` and a title are needed; any other field may be absent or odd, and
is then left empty. The outer ``publishedAt`` is a shifted clock and never read; the list day is the day asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from adapters.huggingface.capabilities import HUGGING_FACE
from bot.papers import Author, Organization, Paper, PaperListing, sanitized
from bot.ports import RejectedRow

Row = Mapping[str, Any]
# arXiv's ids, and room for others: it stands in addresses, buttons and file names.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
MAX_COUNT = 2**31 - 1  # what every database keeps; one absurd number must not cost the whole day


class MalformedRow(ValueError):
    """A row without what a paper needs."""


def parse_rows(rows: Iterable[Any], day: date, *, sample: bool = False) -> tuple[list[PaperListing], list[RejectedRow]]:
    """The papers of one list day, and the rows that could not be read, each with its reason."""
    listed, skipped = [], []
    for position, row in enumerate(rows):
        try:
            listed.append(PaperListing(_paper(row, day, sample=sample), HUGGING_FACE, day))
        except MalformedRow as problem:
            skipped.append(RejectedRow(f"{day} row {position}", str(problem)))
    return listed, skipped


def _paper(row: Any, day: date, *, sample: bool) -> Paper:
    if not isinstance(row, Mapping):
        raise MalformedRow("not an object")
    inner = _object(row, "paper")
    paper_id = _text(inner, "id")
    title = _text(inner, "title") or _text(row, "title")
    if not paper_id or not title:
        raise MalformedRow("no paper.id" if not paper_id else "no title")
    if not _ID.fullmatch(paper_id):
        raise MalformedRow("an odd paper.id")
    return Paper(
        id=paper_id,
        title=title,
        abstract=_text(inner, "summary") or _text(row, "summary"),
        listed_on=day,
        authors=_authors(inner),
        organization=_organization(inner) or _organization(row),
        tldr=_text(inner, "ai_summary"),
        keywords=_keywords(inner),
        upvotes=_count(inner, "upvotes"),
        comments=_count(row, "numComments"),
        code_url=_address(inner, "githubRepo"),
        code_stars=_count(inner, "githubStars"),
        project_url=_address(inner, "projectPage"),
        thumbnail_url=_address(row, "thumbnail"),
        published_on=_day(inner, "publishedAt"),
        sample=sample,
    )


def _object(row: Row, key: str) -> Row:
    value = row.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return sanitized(value) if isinstance(value, str) else ""


def _count(row: Row, key: str) -> int:
    value = row.get(key)
    return min(max(value, 0), MAX_COUNT) if isinstance(value, int) and not isinstance(value, bool) else 0


def _day(row: Row, key: str) -> date | None:
    try:
        return date.fromisoformat(_text(row, key)[:10])
    except ValueError:
        return None


def _address(row: Row, key: str) -> str:
    # Seen: a newline inside, a leading blank, a trailing slash.
    address = "".join(_text(row, key).split()).rstrip("/")
    return address if address.startswith(("https://", "http://")) else ""


def _authors(row: Row) -> tuple[Author, ...]:
    entries = row.get("authors")
    if not isinstance(entries, list):
        return ()
    return tuple(
        Author(_text(entry, "name"), _account_name(_object(entry, "user")), hidden=entry.get("hidden") is True)
        for entry in entries
        if isinstance(entry, Mapping) and _text(entry, "name")
    )


def _account_name(account: Row) -> str:
    # The same account's name is under "user" in some rows and under "name" in others.
    return _text(account, "user") or _text(account, "name")


def _organization(row: Row) -> Organization | None:
    entry = _object(row, "organization")
    name, full_name = _text(entry, "name"), _text(entry, "fullname")
    return Organization(name or full_name, full_name) if name or full_name else None


def _keywords(row: Row) -> tuple[str, ...]:
    entries = row.get("ai_keywords")
    if not isinstance(entries, list):
        return ()
    return tuple(word for entry in entries if isinstance(entry, str) and (word := sanitized(entry)))
