"""The synonyms of a subject, as they are written behind ``also:``.

``also:"flow matching; same: score-based model; kinds: DDPM, DDIM; near: rectified flow"``: names without a heading are
typed, a heading holds for what follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from bot.i18n import t
from bot.topics.ast import Subject, SynonymOrigin
from bot.topics.diagnostics import SyntaxProblem, replace_span
from bot.topics.words import STOP_WORDS, WORD, has_content_word

SYNONYM_FIELD = "also"
NO_SYNONYMS = "none"
# A further name, and where it came from.
OriginatedName = tuple[str, SynonymOrigin]

_HEADINGS = {
    SynonymOrigin.TYPED: "",
    SynonymOrigin.SAME: "same: ",
    SynonymOrigin.KIND: "kinds: ",
    SynonymOrigin.NEAR: "near: ",
}
_ORIGIN_OF_HEADING = {heading.strip(": "): origin for origin, heading in _HEADINGS.items() if heading}
_ORIGIN_ORDER = tuple(SynonymOrigin)
_HEADING = re.compile(r"\s*(same|kinds|near)\s*:", re.IGNORECASE)
_SYNONYM_SEPARATOR = re.compile(r"[,;|]|\s(?:or|OR|/)\s")


def canonical_synonym(name: str) -> str:
    """The one spelling of a name: the words in it, without what surrounds them; '' where there is none."""
    return " ".join(WORD.findall(name))


def with_names(subject: Subject, names: Iterable[OriginatedName]) -> Subject:
    """The subject with exactly these synonyms, each once as it stands first, sorted by where they came from."""
    distinct: dict[str, SynonymOrigin] = {}
    for name, origin in names:
        distinct.setdefault(name, origin)
    ordered = sorted(distinct.items(), key=lambda named: _ORIGIN_ORDER.index(named[1]))
    origins = tuple(origin for _, origin in ordered)
    typed_only = all(origin is SynonymOrigin.TYPED for origin in origins)
    return replace(subject, synonyms=tuple(name for name, _ in ordered), origins=() if typed_only else origins)


def format_synonyms(subject: Subject) -> str:
    """What stands behind ``also:``; reading it gives the same names with the same origins."""
    groups = groupby(subject.named_origins, key=itemgetter(1))
    return "; ".join(_HEADINGS[origin] + ", ".join(name for name, _ in named) for origin, named in groups)


def _read_origins(value: str) -> Iterator[OriginatedName]:
    """Every name in what stands behind ``also:``, with its origin."""
    origin = SynonymOrigin.TYPED
    for piece in _SYNONYM_SEPARATOR.split(value):
        if heading := _HEADING.match(piece):
            origin = _ORIGIN_OF_HEADING[heading[1].lower()]
        if name := canonical_synonym(piece[heading.end() :] if heading else piece):
            yield name, origin


def parse_synonyms(text: str, span: tuple[int, int], value: str) -> tuple[OriginatedName, ...]:
    """The names in ``value`` with their origins, each once; () for ``none``.

    ``span`` is where ``also:`` and the value stand in ``text``. Raises :class:`SyntaxProblem`.
    """
    found = with_names(Subject(""), _read_origins(value)).named_origins
    if not found:
        why = t("something has to follow <code>{name}:</code>, without a space.", name=SYNONYM_FIELD)
        raise SyntaxProblem(
            why, span, (f"{text[: span[0]]}{SYNONYM_FIELD}:{text[span[1] :].lstrip()}", replace_span(text, span))
        )
    named = tuple(each for each in found if each[0].casefold() != NO_SYNONYMS)
    if named and len(named) < len(found):
        why = t("<code>also:none</code> means that no other name counts, so none can stand beside it.")
        raise SyntaxProblem(
            why, span, (_with_synonyms(text, span, named), replace_span(text, span, f"{SYNONYM_FIELD}:{NO_SYNONYMS}"))
        )
    empty = [each for each in named if not _is_searchable_name(each[0])]
    if empty:
        why = t("<i>{name}</i> stands in every paper.", name=empty[0][0])
        raise SyntaxProblem(why, span, (_with_synonyms(text, span, [each for each in named if each not in empty]),))
    return named


def _is_searchable_name(name: str) -> bool:
    words = name.split()
    return not all(word.casefold() in STOP_WORDS for word in words) and has_content_word(words)


def _with_synonyms(text: str, span: tuple[int, int], names: Iterable[OriginatedName]) -> str:
    joined = format_synonyms(with_names(Subject(""), names))
    return replace_span(text, span, f'{SYNONYM_FIELD}:"{joined}"' if joined else "")
