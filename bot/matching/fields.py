"""Fields are literal: a name, a lab or a keyword stands there, or it does not."""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.decision import Place, Reason
from bot.matching.text import ReadPaper, exact, literal_words
from bot.papers import Paper
from bot.topics.tree import Field, FieldName


def field_found(field: Field, paper: Paper, read: ReadPaper) -> Reason | None:
    """Where the paper says what the field asks for, or None."""
    match field.name:
        case FieldName.TITLE:
            spans = exact(read.title, field.value)
            found = read.title.slice(*spans[0]) if spans else ""
            return Reason(field.value, Place.TITLE, found, len(spans)) if spans else None
        case FieldName.AUTHOR:
            return _first(field, Place.AUTHOR, [name for name in _authors(paper) if same_person(field.value, name)])
        case FieldName.ORG:
            return _first(field, Place.ORG, _labs(paper, field.value))
        case FieldName.KEYWORD:
            return _first(field, Place.KEYWORD, [word for word in paper.keywords if _within(field.value, word)])
        case FieldName.SOURCE:
            return _first(field, Place.SOURCE, [field.value] if field.value in paper.sources else [])


def _first(field: Field, place: Place, found: Sequence[str]) -> Reason | None:
    return Reason(field.value, place, found[0], len(found)) if found else None


def _authors(paper: Paper) -> list[str]:
    return [author.name for author in paper.visible_authors]


def _labs(paper: Paper, wanted: str) -> list[str]:
    lab = paper.organization
    names = (lab.name, lab.full_name) if lab else ()
    return [lab.shown for name in names if lab and (_within(wanted, name) or _squeezed(wanted) == _squeezed(name))]


def _within(wanted: str, name: str) -> bool:
    """Whether the words stand in the name, side by side."""
    words, names = literal_words(wanted), literal_words(name)
    return any(names[i : i + len(words)] == words for i in range(len(names) - len(words) + 1)) if words else False


def _squeezed(name: str) -> str:
    return "".join(literal_words(name))


def same_person(wanted: str, name: str) -> bool:
    """Whether ``name`` may be the person asked for: accents, case, hyphens and the order of names don't matter, an
    initial stands for any name that begins with it, and further names are no contradiction.
    """
    return any(_names_agree(asked, listed) for asked in _name_parts(wanted) for listed in _name_parts(name))


def _name_parts(name: str) -> list[tuple[str, ...]]:
    """The parts of a name, with double names (*Jun-Yan*) as two and as one."""
    apart = literal_words(name.replace("'", ""))
    together = literal_words(name.replace("'", "").replace("-", ""))
    return [apart] if apart == together else [apart, together]


def _names_agree(asked: tuple[str, ...], listed: tuple[str, ...]) -> bool:
    left = list(listed)
    written_out = False
    for part in sorted(asked, key=len, reverse=True):
        partner = next((other for other in left if other == part), None)
        written_out = written_out or (partner is not None and len(part) > 1)
        partner = partner or next((other for other in left if _initial(part, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return written_out


def _initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)
