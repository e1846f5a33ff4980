"""Fields are literal: a name, a lab or a keyword stands there, or it does not."""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.rule.decision import MatchLocation, MatchReason
from bot.matching.rule.lab_aliases import compact_key, lab_alias_keys
from bot.matching.rule.person_names import same_person
from bot.matching.text.tokenizer import TokenizedPaper, exact_occurrences, folded_words
from bot.papers import Paper
from bot.topics.ast import Field, FieldName


def match_field(field: Field, paper: Paper, tokenized: TokenizedPaper) -> MatchReason | None:
    """Where the paper says what the field asks for, or None."""
    match field.name:
        case FieldName.TITLE:
            spans = exact_occurrences(tokenized.title, field.value)
            found = tokenized.title.slice(*spans[0]) if spans else ""
            return MatchReason(field.value, MatchLocation.TITLE, found, len(spans)) if spans else None
        case FieldName.AUTHOR:
            return _first_reason(field, MatchLocation.AUTHOR, _matching_authors(paper, field.value))
        case FieldName.ORG:
            return _first_reason(field, MatchLocation.ORG, _matching_labs(paper, field.value))
        case FieldName.KEYWORD:
            return _first_reason(
                field, MatchLocation.KEYWORD, [word for word in paper.keywords if _contains_phrase(field.value, word)]
            )
        case FieldName.SOURCE:
            return _first_reason(field, MatchLocation.SOURCE, [field.value] if field.value in paper.sources else [])
        case FieldName.FIELD:
            raise ValueError("a field is decided by its topics")


def _first_reason(field: Field, place: MatchLocation, found: Sequence[str]) -> MatchReason | None:
    return MatchReason(field.value, place, found[0], len(found)) if found else None


def _matching_authors(paper: Paper, wanted: str) -> list[str]:
    """The authors who may be the one asked for, by name or by Hugging Face account."""
    account = wanted.strip().removeprefix("@").casefold()
    return [
        author.name
        for author in paper.visible_authors
        if same_person(wanted, author.name) or (account and author.user.casefold() == account)
    ]


def _matching_labs(paper: Paper, wanted: str) -> list[str]:
    lab = paper.organization
    if lab is None:
        return []
    asked = lab_alias_keys(wanted) - {""}
    listed = [name for name in (lab.name, lab.full_name) if name]
    return (
        [lab.display_name]
        if any(_contains_phrase(wanted, name) or compact_key(name) in asked for name in listed)
        else []
    )


def _contains_phrase(wanted: str, name: str) -> bool:
    """Whether the words stand in the name, side by side."""
    words, names = folded_words(wanted), folded_words(name)
    return any(names[i : i + len(words)] == words for i in range(len(names) - len(words) + 1)) if words else False
