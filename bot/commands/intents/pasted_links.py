"""What is pasted: DOIs, BibTeX entries, pages of other sites, whole abstracts."""

from __future__ import annotations

import re

from bot.commands.intents.intent import Intent, sure
from bot.papers import cited_paper_ids, linked_paper_ids, parse_paper_id

MIN_ABSTRACT_WORDS = 45
MAX_CITATION_WORDS = 20
_BIBTEX = re.compile(r"\s*@\w+\s*\{")
_TITLE = re.compile(r"(?<!\w)title\s*=\s*(?:\{+|\")(?P<title>.+?)(?:\}+|\")\s*(?:,|\})", re.IGNORECASE | re.DOTALL)
_OTHER_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:semanticscholar\.org|openreview\.net|doi\.org|dl\.acm\.org|aclanthology\.org"
    r"|scholar\.google)\S*|(?:doi:\s*)?10\.\d{4,9}/\S+",
    re.I,
)
_SLUG = re.compile(r"semanticscholar\.org/paper/(?P<slug>[\w-]+)/[0-9a-f]{20,}", re.IGNORECASE)


def read_pasted(text: str) -> Intent | None:
    """The papers that something pasted names; None where it is none of these."""
    linked, cited = linked_paper_ids(text), cited_paper_ids(text)
    if _BIBTEX.match(text):
        return _read_bibtex(text, [*linked, *cited])
    if cited and len(text.split()) <= MAX_CITATION_WORDS:
        return sure(f"paper {cited[0]}") if len(cited) == 1 else sure(f"several {' '.join(cited)}")
    if linked or parse_paper_id(text):
        return None
    if found := _OTHER_PAGE.fullmatch(text.strip()):
        return sure(f"link {found[0]}")
    return sure(f"pasted {text}") if len(text.split()) >= MIN_ABSTRACT_WORDS else None


def _read_bibtex(text: str, ids: list[str]) -> Intent:
    if ids:
        return sure(f"paper {ids[0]}")
    found = _TITLE.search(text)
    title = re.sub(r"[{}\"\\]", "", " ".join(found["title"].split())) if found else ""
    return sure(f'search "{title}"') if title else sure("link BibTeX")


def title_of_link(address: str) -> str:
    """The title that the address of a page spells, '' where it spells none."""
    found = _SLUG.search(address)
    return " ".join(found["slug"].split("-")[:-1]) if found else ""
