"""From an entry of an arXiv RSS feed to a paper.

The description starts ``arXiv:<id>vN Announce Type: new|cross|replace|replace-cross`` and goes on ``Abstract: ...``;
``dc:creator`` is one comma-joined string with TeX accents. https://info.arxiv.org/help/rss_specifications.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from adapters.arxiv.capabilities import ARXIV
from bot.papers import Author, Paper, PaperListing, parse_paper_id, sanitized
from bot.ports import RejectedRow

_DESCRIPTION = re.compile(
    r"\s*arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<kind>[\w-]+)\s*(?:Abstract:)?\s*(?P<abstract>.*)", re.S
)
_NEW_KINDS = {"new", "cross"}  # a replacement is an old paper

# TeX's accents over a letter, as combining characters (The Comprehensive LaTeX Symbol List, "Text-mode accents").
_COMBINING = dict(
    zip(
        "'`^\"~=.cvuHkrdb",
        "\u0301\u0300\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a\u0323\u0331",
        strict=True,
    )
)
_ACCENT = re.compile(r"\{?\\(?:([\'`^\"~=.])\s*|([cvuHkrdb])(?:\s+|(?=\{)))\{?\\?([A-Za-z])\}?\}?")
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å", "i": "ı"}
_LETTER = re.compile(r"\{?\\(ss|ae|AE|aa|AA|o|O|l|L|i)(?![A-Za-z])\}?\s?")


def parse_entries(entries: Iterable[Mapping[str, Any]], day: date) -> tuple[list[PaperListing], list[RejectedRow]]:
    """The papers announced as new or cross-listed, listed on ``day``; unreadable entries with their reason."""
    listed: list[PaperListing] = []
    skipped: list[RejectedRow] = []
    for position, entry in enumerate(entries):
        head = _DESCRIPTION.fullmatch(str(entry.get("summary", "")))
        if head is None:
            skipped.append(RejectedRow(f"entry {position}", "no announcement in its description"))
        elif head["kind"] in _NEW_KINDS:
            _parse_entry(entry, head, day, listed, skipped)
    return listed, skipped


def _parse_entry(
    entry: Mapping[str, Any], head: re.Match[str], day: date, listed: list[PaperListing], skipped: list[RejectedRow]
) -> None:
    normal_id, title = parse_paper_id(head["id"]), sanitized(str(entry.get("title", "")))
    if not normal_id or not title:
        skipped.append(RejectedRow(head["id"][:40], "no title" if normal_id else "not an arXiv id"))
        return
    paper = Paper(
        id=normal_id,
        title=title,
        abstract=sanitized(head["abstract"]),
        listed_on=day,
        authors=tuple(Author(name) for name in parse_author_names(str(entry.get("author", "")))),
        sources=frozenset({ARXIV}),
    )
    listed.append(PaperListing(paper, ARXIV, day))


def parse_author_names(creator: str) -> list[str]:
    r"""``Mich\`ele Dupont, J\"urgen M\"uller`` as names in plain letters."""
    return [name for part in creator.split(",") if (name := sanitized(_decode_tex(part)))]


def _decode_tex(text: str) -> str:
    text = _ACCENT.sub(_combine_accent, text)
    text = _LETTER.sub(lambda found: _LETTERS[found[1]], text)
    return text.replace("{", "").replace("}", "")


def _combine_accent(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[3] + _COMBINING[found[1] or found[2]])
