"""Fields are literal: a name, a lab or a keyword stands there, or it does not."""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.rule.decision import Place, Reason
from bot.matching.rule.lab_aliases import names_of, squeezed
from bot.matching.rule.person_names import same_person
from bot.matching.text.tokenizer import ReadPaper, exact, literal_words
from bot.papers import Paper
from bot.topics.ast import Field, FieldName


def field_found(field: Field, paper: Paper, read: ReadPaper) -> Reason | None:
    """Where the paper says what the field asks for, or None."""
    match field.name:
        case FieldName.TITLE:
            spans = exact(read.title, field.value)
            found = read.title.slice(*spans[0]) if spans else ""
            return Reason(field.value, Place.TITLE, found, len(spans)) if spans else None
        case FieldName.AUTHOR:
            return _first(field, Place.AUTHOR, _authors(paper, field.value))
        case FieldName.ORG:
            return _first(field, Place.ORG, _labs(paper, field.value))
        case FieldName.KEYWORD:
            return _first(field, Place.KEYWORD, [word for word in paper.keywords if _within(field.value, word)])
        case FieldName.SOURCE:
            return _first(field, Place.SOURCE, [field.value] if field.value in paper.sources else [])


def _first(field: Field, place: Place, found: Sequence[str]) -> Reason | None:
    return Reason(field.value, place, found[0], len(found)) if found else None


def _authors(paper: Paper, wanted: str) -> list[str]:
    """The authors who may be the one asked for, by name or by Hugging Face account."""
    account = wanted.strip().removeprefix("@").casefold()
    return [
        author.name
        for author in paper.visible_authors
        if same_person(wanted, author.name) or (account and author.user.casefold() == account)
    ]


def _labs(paper: Paper, wanted: str) -> list[str]:
    lab = paper.organization
    if lab is None:
        return []
    asked = names_of(wanted) - {""}
    listed = [name for name in (lab.name, lab.full_name) if name]
    return [lab.shown] if any(_within(wanted, name) or squeezed(name) in asked for name in listed) else []


def _within(wanted: str, name: str) -> bool:
    """Whether the words stand in the name, side by side."""
    words, names = literal_words(wanted), literal_words(name)
    return any(names[i : i + len(words)] == words for i in range(len(names) - len(words) + 1)) if words else False
