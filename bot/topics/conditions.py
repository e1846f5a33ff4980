"""Reads conditions: ``author:"Yann LeCun"``, ``upvotes>=20``, ``has:code``, ``since:2026-11-01``, ``match:strict``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from difflib import get_close_matches

from bot.i18n import Sentence, say
from bot.papers import ARXIV, HUGGING_FACE
from bot.topics.ast import Asset, AtLeast, Expression, Field, FieldName, Has, MatchLevel, Since
from bot.topics.diagnostics import Wrong, instead
from bot.topics.sanitize import tidy
from bot.topics.synonyms import ALSO

NAMES = (*FieldName, "has", "since", "match", ALSO)
_SOURCES = {HUGGING_FACE: HUGGING_FACE, ARXIV: ARXIV, "hf": HUGGING_FACE, "hugging face": HUGGING_FACE}
_MOST_VOTES = 1_000_000
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-./]?(?P<month>\d{1,2})(?:[-./]?(?P<day>\d{1,2}))?)?")

_EXAMPLES = {"author": '"Yann LeCun"', "org": "nvidia", "title": "agents", "keyword": "rlhf", "has": "code"}

Place = tuple[int, int]


def condition(text: str, place: Place, name: str, value: str) -> Expression | MatchLevel | None:
    """What ``name:value`` means; None where the name is no field and nothing follows it (*BERT: a title*).

    ``place`` is where it stands in ``text``. Raises :class:`Wrong`.
    """
    known, value = name.casefold(), tidy(value).strip(",;!?")
    if known not in NAMES:
        if not value:
            return None
        raise _unknown_field(text, place, name, value)
    if not any(character.isalnum() for character in value):
        why = say("something has to follow <code>{name}:</code>, without a space.", name=known)
        closed_up = f"{text[: place[0]]}{known}:{text[place[1] :].lstrip()}"
        raise Wrong(why, place, (closed_up, instead(text, place), f"{known}:{_EXAMPLES.get(known, '')}"))
    return _known_condition(text, place, known, value)


def _known_condition(text: str, place: Place, name: str, value: str) -> Expression | MatchLevel:
    match name:
        case "has":
            why = say("<code>has:</code> knows {known}.", known="code, project")
            return Has(Asset(_one_of(text, place, name, value, Asset, why)))
        case "match":
            why = say("<code>match:</code> knows {known}.", known="strict, normal, wide")
            return MatchLevel(_one_of(text, place, name, value, MatchLevel, why))
        case "since":
            return _since(text, place, value)
        case FieldName.SOURCE:
            why = say("<code>source:</code> knows {known}.", known=f"{HUGGING_FACE}, {ARXIV}")
            return Field(FieldName.SOURCE, _SOURCES[_one_of(text, place, name, value, _SOURCES, why)])
    return Field(FieldName(name), value)


def _one_of(text: str, place: Place, name: str, value: str, known: Iterable[str], why: Sentence) -> str:
    values = tuple(map(str, known))
    if value.casefold() in values:
        return value.casefold()
    near = get_close_matches(value.casefold(), values, n=1, cutoff=0.4) or values
    raise Wrong(why, place, [*(instead(text, place, f"{name}:{word}") for word in near), instead(text, place)])


def _unknown_field(text: str, place: Place, name: str, value: str) -> Wrong:
    if name.casefold() in ("http", "https"):
        why = say("that is an address, not a topic. For one paper, ask <code>paper</code> and its address.")
        return Wrong(why, place, (instead(text, place),))
    near = get_close_matches(name.casefold(), NAMES, n=1, cutoff=0.5)
    fixes = [instead(text, place, f'{field}:"{value}"') for field in near]
    why = say(
        "I know no field <code>{name}:</code>. There are {known}.",
        name=name,
        known=", ".join(f"{known}:" for known in NAMES),
    )
    return Wrong(why, place, [*fixes, instead(text, place, f"{name} {value}")])


def votes(text: str, place: Place, sign: str, number: str) -> AtLeast:
    """``upvotes>=20``; ``≥`` and ``=>`` are taken for ``>=``."""
    if not (number.isdecimal() and int(number[:9]) <= _MOST_VOTES and len(number) < 9):
        why = say("after <code>upvotes>=</code> comes a whole number, such as 20.")
        raise Wrong(why, place, (instead(text, place, "upvotes>=20"), instead(text, place)))
    if sign not in (">=", "≥", "=>"):
        least = int(number) + 1 if sign == ">" else int(number)
        why = say("votes can only be asked for as <code>upvotes>={n}</code>, that many or more.", n=least)
        raise Wrong(why, place, (instead(text, place, f"upvotes>={least}"), instead(text, place)))
    return AtLeast(int(number))


def _since(text: str, place: Place, value: str) -> Since:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        with suppress(ValueError):
            return Since(date.fromisoformat(value))
    why = say("the day after <code>since:</code> is written year-month-day, as in <code>since:2026-11-01</code>.")
    repaired = _repaired_day(value)
    fixes = [instead(text, place, f"since:{repaired.isoformat()}")] if repaired else []
    raise Wrong(why, place, [*fixes, instead(text, place)])


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
