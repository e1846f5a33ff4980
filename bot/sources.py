"""In what a source of papers differs from others, and the table of those there are.

The table is put in place once by whoever wires the parts (:func:`use_sources`); its order is that of precedence. A
paper's address and number are read from it wherever a paper is shown or named, so it is one for the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

_VERSION: Final = r"(?:v\d+)?"
_DOI: Final = r"doi:|(?:https?://)?(?:dx\.)?doi\.org/"


@dataclass(frozen=True, slots=True)
class PaperNumbers:
    """How an archive numbers papers; a paper goes by its number whoever lists it.

    Patterns are regular expressions without groups. ``pattern`` is a whole number without its version,
    ``short_pattern`` one that in running text is taken for a number behind the first of ``prefixes``. ``doi_prefix``
    stands before it in a DOI. ``citation_prefixes`` stand before a short number where a bibliography cites it.
    """

    pattern: str
    short_pattern: str
    prefixes: tuple[str, ...]
    doi_prefix: str
    citation_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceCapabilities:
    """In what a source differs from others, as far as reading, planning and answering must know.

    ``name`` is stored with its papers and is what ``source:`` takes; ``title`` is what people call it, ``list_title``
    what they call its list, ``aliases`` what else ``source:`` takes (lower case). ``has_archive``: its lists of past
    days can be read.

    ``page_url`` is a paper's page, ``title_url`` a shorter address of it that titles link to; ``pdf_url`` the PDF.
    They hold ``{id}``; '' where there is none. ``list_url`` is the newest list; ``day_url`` that of one day, with
    ``{day}``. ``link_patterns`` are regular expressions without groups, of what stands between ``https://`` and the
    number in an address of a paper. ``numbers``: the source is an archive that numbers papers.
    """

    name: str
    title: str
    page_url: str
    has_archive: bool = False
    list_title: str = ""
    aliases: tuple[str, ...] = ()
    title_url: str = ""
    pdf_url: str = ""
    list_url: str = ""
    day_url: str = ""
    link_patterns: tuple[str, ...] = ()
    numbers: PaperNumbers | None = None

    def paper_page(self, paper_id: str) -> str:
        """The page of a paper here, whether it is listed or not."""
        return self.page_url.format(id=paper_id)


class SourceTable:
    """The sources there are, the first before the others: its facts win, and its silence delays a digest."""

    def __init__(self, entries: Iterable[SourceCapabilities]) -> None:
        self.entries = tuple(entries)
        if not self.entries:
            raise ValueError("at least one source is needed")
        self._by_name = {each.name: each for each in self.entries}
        self._ranks = {name: rank for rank, name in enumerate(self._by_name)}
        self.numbers = PaperPatterns(self.entries)

    @property
    def main(self) -> SourceCapabilities:
        """The source that the digest is about."""
        return self.entries[0]

    @property
    def archive(self) -> SourceCapabilities:
        """The source whose numbers papers go by; the main one where none numbers them."""
        return next((each for each in self.entries if each.numbers), self.main)

    @property
    def words(self) -> Mapping[str, str]:
        """What ``source:`` takes, each with the name that it stands for; names first."""
        return {name: name for name in self._by_name} | {word: one.name for one in self.entries for word in one.aliases}

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._by_name)

    def title(self, name: str) -> str:
        """A source as people call it; the name of one that is no longer there."""
        return self._by_name[name].title if name in self._by_name else name

    def rank(self, name: str) -> int:
        """0 for the main source; one that is no longer there comes after all others."""
        return self._ranks.get(name, len(self._ranks))

    def paper_url(self, paper_id: str, listed_by: Iterable[str]) -> str:
        """The one address a title links to: at the first source that lists the paper, else at the archive."""
        here = min(listed_by, key=self.rank, default="")
        source = self._by_name.get(here, self.archive)
        return (source.title_url or source.page_url).format(id=paper_id)

    def pdf_url(self, paper_id: str, listed_by: Iterable[str]) -> str:
        """The PDF at the first source that lists the paper and has one, else at the archive; '' without one."""
        listing = [self._by_name[name] for name in sorted(listed_by, key=self.rank) if name in self._by_name]
        source = next((each for each in listing if each.pdf_url), self.archive)
        return source.pdf_url.format(id=paper_id)

    def day_url(self, day: date) -> str:
        """The main source's list of a day; '' where it has no page."""
        return self.main.day_url.format(day=day)


class PaperPatterns:
    """How papers are named in texts, over all sources: by number, by address, by what a bibliography writes."""

    def __init__(self, entries: Iterable[SourceCapabilities]) -> None:
        entries = tuple(entries)
        schemes = [each.numbers for each in entries if each.numbers]
        number = _any_of(each.pattern for each in schemes)
        links = _any_of(pattern for each in entries for pattern in each.link_patterns)
        address = rf"(?:https?://)?(?:www\.|export\.)?{links}(?P<id>{number}){_VERSION}"
        short = [rf"\b{each.prefixes[0]}({each.short_pattern}){_VERSION}(?!\d)" for each in schemes]
        dois = _any_of(each.doi_prefix for each in schemes)
        prefixes = "|".join([*(prefix for each in schemes for prefix in each.prefixes), _DOI])
        self.number = re.compile(rf"(?P<id>{number}){_VERSION}")
        self.address = re.compile(rf"{address}(?:\.pdf|\.md)?/?(?:[?#]\S*)?")
        self.in_text = re.compile("|".join([rf"(?<![\w./-]){address}(?!\d)", *short]), re.IGNORECASE)
        self.prefix = re.compile(rf"(?:{prefixes})?{dois}?", re.IGNORECASE)
        self.cited = [
            re.compile(rf"{prefix}({each.short_pattern})", re.IGNORECASE)
            for each in schemes
            for prefix in (each.doi_prefix, *each.citation_prefixes)
        ]


def _any_of(patterns: Iterable[str]) -> str:
    """One of them; without any, what matches nothing."""
    return f"(?:{'|'.join(patterns) or '(?!)'})"


class _Installed:
    table: SourceTable | None = None


def use_sources(entries: Iterable[SourceCapabilities]) -> SourceTable:
    """From now on these are the sources there are, in this process; returns their table."""
    _Installed.table = SourceTable(entries)
    return _Installed.table


def sources() -> SourceTable:
    """The sources there are. Raises LookupError before :func:`use_sources` was called."""
    if _Installed.table is None:
        raise LookupError("no sources yet: use_sources() comes first")
    return _Installed.table
