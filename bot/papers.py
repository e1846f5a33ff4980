"""A paper, as every source means it, and the names it goes by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.sources import sources

# What stands on a list once more within this time is the same piece of news.
RELISTING_GAP: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Author:
    """A name as the source lists it; ``user`` is the Hugging Face account, '' where none is linked."""

    name: str
    user: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Organization:
    """The lab a paper is listed under: ``name`` is the account, ``full_name`` what is shown."""

    name: str
    full_name: str = ""

    @property
    def display_name(self) -> str:
        return self.full_name or self.name


def _main_source_alone() -> frozenset[str]:
    return frozenset({sources().main.name})


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper; the same paper from several sources is one value.

    ``id`` is the normalised arXiv id. ``listed_on`` is the first day (UTC) a source listed it, ``relisted_on`` the last
    that :func:`last_relisting` names, ``published_on`` arXiv's day. ``tldr`` is the source's own summary, '' where it
    has none (see :mod:`bot.tldr`). ``upvotes``, ``comments`` and ``code_stars`` are as of the last reading.
    ``thumbnail_url`` is the source's own picture. A missing address is ''.
    """

    id: str
    title: str
    abstract: str
    listed_on: date
    authors: tuple[Author, ...] = ()
    organization: Organization | None = None
    tldr: str = ""
    keywords: tuple[str, ...] = ()
    upvotes: int = 0
    comments: int = 0
    code_url: str = ""
    code_stars: int = 0
    project_url: str = ""
    thumbnail_url: str = ""
    published_on: date | None = None
    sources: frozenset[str] = field(default_factory=_main_source_alone)
    sample: bool = False
    relisted_on: date | None = None

    def list_day(self, last: date = date.max) -> date:
        """The list day (UTC) that the paper comes by, as of ``last``: that of its relisting, else the first."""
        return self.relisted_on if self.relisted_on and self.relisted_on <= last else self.listed_on

    @property
    def url(self) -> str:
        """The one address a title links to: the discussion where there is one, else the paper itself.

        A sample paper is invented, so it links to the real list.
        """
        if self.sample:
            return sources().main.list_url
        return sources().paper_url(self.id, self.sources)

    @property
    def pdf_url(self) -> str:
        """The PDF; '' for a sample paper and where no source has one."""
        if self.sample:
            return ""
        return sources().pdf_url(self.id, self.sources)

    @property
    def visible_authors(self) -> tuple[Author, ...]:
        """The authors to name: hidden ones left out, each name once."""
        return tuple({author.name: author for author in self.authors if not author.hidden}.values())


@dataclass(frozen=True, slots=True)
class PaperListing:
    """A paper as one source listed it on one day (UTC)."""

    paper: Paper
    source: str
    day: date


def last_relisting(list_days: Iterable[date]) -> date | None:
    """The newest of a paper's list days (UTC) that came more than 30 days after the one before; None without one."""
    pairs = pairwise(sorted(set(list_days)))
    return max((later for earlier, later in pairs if later - earlier > RELISTING_GAP), default=None)


def parse_paper_id(text: str) -> str | None:
    """The normalised id that ``text`` names, or None.

    It may be an id, with version or prefix, or an arXiv or Hugging Face address: ``2608.17271v2``,
    ``arXiv:2608.17271``, ``https://arxiv.org/pdf/2608.17271`` and ``hf.co/papers/2608.17271`` are one paper.
    """
    text = text.strip().strip("<>")
    known = sources().numbers
    found = known.address.fullmatch(text) or known.number.fullmatch(known.prefix.sub("", text, count=1))
    return found["id"] if found else None


def linked_paper_ids(text: str) -> tuple[str, ...]:
    """The normalised ids of the papers whose addresses stand somewhere in ``text``, each once, in their order.

    A bare number is none: it may be a date or a price.
    """
    found = (next(filter(None, each.groups())) for each in sources().numbers.in_text.finditer(text))
    return tuple(dict.fromkeys(found))


def cited_paper_ids(text: str) -> tuple[str, ...]:
    """The normalised ids of the papers that ``text`` cites by DOI or as a bibliography does (``eprint={...}``)."""
    found = [match[1] for pattern in sources().numbers.cited for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(found))


def sanitized(text: str) -> str:
    """``text`` with runs of white space as one blank, and without what storage or platforms refuse.

    NUL (PostgreSQL refuses it) and lone surrogates (no UTF-8 holds them) are dropped; nothing else is.
    """
    return " ".join(text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").split())
