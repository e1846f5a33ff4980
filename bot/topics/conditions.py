"""Reads conditions: ``author:"Yann LeCun"``, ``upvotes>=20``, ``has:code``, ``since:2026-11-01``, ``match:strict``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from difflib import get_close_matches

from bot.i18n import LazyText, t
from bot.sources import sources
from bot.topics.ast import Asset, AtLeast, Expression, Field, FieldName, Has, MatchLevel, Since
from bot.topics.diagnostics import SyntaxProblem, replace_span
from bot.topics.sanitize import collapse_whitespace
from bot.topics.synonyms import SYNONYM_FIELD

CONDITION_NAMES = (*FieldName, "has", "since", "match", SYNONYM_FIELD)
#: The fields that can be followed as a whole, as the catalogue calls its areas.
RESEARCH_FIELDS = ("agents", "language", "learning", "robotics", "science", "speech", "systems", "vision")
_FIELDS = {
    **{name: name for name in RESEARCH_FIELDS},
    "nlp": "language",
    "computer vision": "vision",
    "cv": "vision",
    "machine learning": "learning",
    "ml": "learning",
}
_MAX_VOTES = 1_000_000
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-./]?(?P<month>\d{1,2})(?:[-./]?(?P<day>\d{1,2}))?)?")

_EXAMPLES = {
    "author": '"Yann LeCun"',
    "org": "nvidia",
    "title": "agents",
    "keyword": "rlhf",
    "field": "vision",
    "has": "code",
}

CharSpan = tuple[int, int]


def parse_condition(text: str, span: CharSpan, name: str, value: str) -> Expression | MatchLevel | None:
    """What ``name:value`` means; None where the name is no field and nothing follows it (*BERT: a title*).

    ``span`` is where it stands in ``text``. Raises :class:`SyntaxProblem`.
    """
    known, value = name.casefold(), collapse_whitespace(value).strip(",;!?")
    if known not in CONDITION_NAMES:
        if not value:
            return None
        raise _unknown_field(text, span, name, value)
    if not any(character.isalnum() for character in value):
        why = t("something has to follow <code>{name}:</code>, without a space.", name=known)
        closed_up = f"{text[: span[0]]}{known}:{text[span[1] :].lstrip()}"
        raise SyntaxProblem(why, span, (closed_up, replace_span(text, span), f"{known}:{_EXAMPLES.get(known, '')}"))
    return _parse_known_condition(text, span, known, value)


def _parse_known_condition(text: str, span: CharSpan, name: str, value: str) -> Expression | MatchLevel:
    match name:
        case "has":
            why = t("<code>has:</code> knows {known}.", known="code, project")
            return Has(Asset(_one_of_values(text, span, name, value, Asset, why)))
        case "match":
            why = t("<code>match:</code> knows {known}.", known="strict, normal, wide")
            return MatchLevel(_one_of_values(text, span, name, value, MatchLevel, why))
        case "since":
            return _parse_since(text, span, value)
        case FieldName.SOURCE:
            why = t("<code>source:</code> knows {known}.", known=", ".join(sources().names))
            words = sources().words
            return Field(FieldName.SOURCE, words[_one_of_values(text, span, name, value, words, why)])
        case FieldName.FIELD:
            why = t("<code>field:</code> knows {known}.", known=", ".join(RESEARCH_FIELDS))
            return Field(FieldName.FIELD, _FIELDS[_one_of_values(text, span, name, value, _FIELDS, why)])
    return Field(FieldName(name), value)


def _one_of_values(text: str, span: CharSpan, name: str, value: str, known: Iterable[str], why: LazyText) -> str:
    values = tuple(map(str, known))
    if value.casefold() in values:
        return value.casefold()
    near = get_close_matches(value.casefold(), values, n=1, cutoff=0.4) or values
    raise SyntaxProblem(
        why, span, [*(replace_span(text, span, f"{name}:{word}") for word in near), replace_span(text, span)]
    )


def _unknown_field(text: str, span: CharSpan, name: str, value: str) -> SyntaxProblem:
    if name.casefold() in ("http", "https"):
        why = t("that is an address, not a topic. For one paper, ask <code>paper</code> and its address.")
        return SyntaxProblem(why, span, (replace_span(text, span),))
    near = get_close_matches(name.casefold(), CONDITION_NAMES, n=1, cutoff=0.5)
    fixes = [replace_span(text, span, f'{field}:"{value}"') for field in near]
    why = t(
        "I know no field <code>{name}:</code>. There are {known}.",
        name=name,
        known=", ".join(f"{known}:" for known in CONDITION_NAMES),
    )
    return SyntaxProblem(why, span, [*fixes, replace_span(text, span, f"{name} {value}")])


def parse_votes(text: str, span: CharSpan, sign: str, number: str) -> AtLeast:
    """``upvotes>=20``; ``≥`` and ``=>`` are taken for ``>=``. Raises SyntaxProblem for another sign or no
    whole number."""
    if not (number.isdecimal() and int(number[:9]) <= _MAX_VOTES and len(number) < 9):
        why = t("after <code>upvotes>=</code> comes a whole number, such as 20.")
        raise SyntaxProblem(why, span, (replace_span(text, span, "upvotes>=20"), replace_span(text, span)))
    if sign not in (">=", "≥", "=>"):
        least = int(number) + 1 if sign == ">" else int(number)
        why = t("votes can only be asked for as <code>upvotes>={n}</code>, that many or more.", n=least)
        raise SyntaxProblem(why, span, (replace_span(text, span, f"upvotes>={least}"), replace_span(text, span)))
    return AtLeast(int(number))


def _parse_since(text: str, span: CharSpan, value: str) -> Since:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        with suppress(ValueError):
            return Since(date.fromisoformat(value))
    why = t("the day after <code>since:</code> is written year-month-day, as in <code>since:2026-11-01</code>.")
    repaired = _repaired_day(value)
    fixes = [replace_span(text, span, f"since:{repaired.isoformat()}")] if repaired else []
    raise SyntaxProblem(why, span, [*fixes, replace_span(text, span)])


def _repaired_day(value: str) -> date | None:
    found = _DAY_FIRST.fullmatch(value) or _YEAR_FIRST.fullmatch(value)
    if not found:
        return None
    year, month, day = (int(found[part] or 1) for part in ("year", "month", "day"))
    # A day that its month does not have (31 November) becomes the nearest one before.
    for nearest in range(day, max(day - 4, 0), -1):
        with suppress(ValueError):
            return date(year, month, nearest)
    return None
