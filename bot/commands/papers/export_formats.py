"""The reading list in the formats that other programs read."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from bot.papers import Paper
from bot.ports import SavedPaper
from bot.sources import sources
from bot.tldr import tldr
from bot.views import Document

FILE_NAME = "paperboy-reading-list"
# LaTeX's special characters: https://www.bibtex.org/SpecialSymbols/
_LATEX = {
    "\\": r"\textbackslash{}",
    # By name: BibTeX counts braces also behind a backslash, and one without its fellow would swallow what follows.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
# A spreadsheet takes a cell that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")


def export_document(saved: Sequence[SavedPaper], wanted: str) -> Document:
    """The list, newest first, as a file; ``wanted`` is a key of :data:`FORMATS`."""
    extension, media_type, written = FORMATS[wanted]
    return Document(f"{FILE_NAME}.{extension}", media_type, written(saved))


def _bibtex(saved: Sequence[SavedPaper]) -> str:
    return "\n".join(_bibtex_entry(each.paper) for each in saved)


def _bibtex_entry(paper: Paper) -> str:
    day = paper.published_on or paper.listed_on
    fields = {
        "title": f"{{{_escape_latex(paper.title)}}}",
        "author": " and ".join(_escape_latex(author.name) for author in paper.visible_authors),
        "year": f"{day:%Y}",
        "eprint": paper.id,
        "archiveprefix": sources().archive.title,
        "url": sources().archive.paper_page(paper.id),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_citation_key(paper)},", *lines, "}", ""])


def _citation_key(paper: Paper) -> str:
    """First author's last name, year and id: ``ding2026_2608_15930``."""
    names = paper.visible_authors
    last = names[0].name.split()[-1] if names and names[0].name.split() else "anonymous"
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    year = (paper.published_on or paper.listed_on).year
    return re.sub(r"[^A-Za-z0-9_]", "_", f"{plain.lower() or 'anonymous'}{year}_{paper.id}")


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _markdown(saved: Sequence[SavedPaper]) -> str:
    entries = [
        f"- [{_escape_markdown(each.paper.title)}]({each.paper.url})  \n  {_escape_markdown(tldr(each.paper))}"
        for each in saved
    ]
    return "\n".join(["# Reading list", "", *entries, ""])


def _escape_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _csv(saved: Sequence[SavedPaper]) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["id", "title", "authors", "lab", "listed_on", "upvotes", "url", "code", "saved_at", "summary"])
    table.writerows([_escape_cell(value) for value in _columns(each)] for each in saved)
    return written.getvalue()


def _columns(each: SavedPaper) -> list[str]:
    paper = each.paper
    return [
        paper.id,
        paper.title,
        "; ".join(author.name for author in paper.visible_authors),
        paper.organization.display_name if paper.organization else "",
        paper.listed_on.isoformat(),
        str(paper.upvotes),
        paper.url,
        paper.code_url,
        f"{each.saved_at:%Y-%m-%dT%H:%M:%SZ}",
        tldr(paper),
    ]


def _escape_cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_PREFIXES) else text


def reading_list_rows(saved: Sequence[SavedPaper]) -> list[dict[str, object]]:
    """The list as plain data; moments ISO 8601 in UTC."""
    return [
        {
            "id": each.paper.id,
            "title": each.paper.title,
            "authors": [author.name for author in each.paper.visible_authors],
            "organization": each.paper.organization.display_name if each.paper.organization else None,
            "listed_on": each.paper.listed_on.isoformat(),
            "upvotes": each.paper.upvotes,
            "url": each.paper.url,
            "code": each.paper.code_url or None,
            "saved_at": f"{each.saved_at:%Y-%m-%dT%H:%M:%SZ}",
        }
        for each in saved
    ]


def _json(saved: Sequence[SavedPaper]) -> str:
    return json.dumps({"papers": reading_list_rows(saved)}, ensure_ascii=False, indent=2) + "\n"


def _ris(saved: Sequence[SavedPaper]) -> str:
    return "".join(_ris_entry(each.paper) for each in saved)


def _ris_entry(paper: Paper) -> str:
    """One reference: https://en.wikipedia.org/wiki/RIS_(file_format); lines end in CR LF."""
    day = paper.published_on or paper.listed_on
    lines = [
        ("TY", "GEN"),
        ("TI", paper.title),
        *(("AU", _last_name_first(author.name)) for author in paper.visible_authors),
        ("PY", f"{day:%Y}"),
        ("DA", f"{day:%Y/%m/%d}"),
        ("AB", paper.abstract),
        ("UR", sources().archive.paper_page(paper.id)),
        ("L1", paper.pdf_url),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)


def _last_name_first(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else last


FormatWriter = Callable[[Sequence[SavedPaper]], str]
FORMATS: Mapping[str, tuple[str, str, FormatWriter]] = {
    "bibtex": ("bib", "application/x-bibtex", _bibtex),
    "markdown": ("md", "text/markdown", _markdown),
    "csv": ("csv", "text/csv", _csv),
    "json": ("json", "application/json", _json),
    "ris": ("ris", "application/x-research-info-systems", _ris),
}
