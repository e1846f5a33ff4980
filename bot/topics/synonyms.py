"""The synonyms of a subject, as they are written behind ``also:``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.i18n import t
from bot.topics.diagnostics import SyntaxProblem, replace_span
from bot.topics.words import STOP_WORDS, WORD, has_content_word

SYNONYM_FIELD = "also"
NO_SYNONYMS = "none"
_SYNONYM_SEPARATOR = re.compile(r"[,;|]|\s(?:or|OR|/)\s")


def canonical_synonym(name: str) -> str:
    """The one spelling of a name: the words in it, without what surrounds them; '' where there is none."""
    return " ".join(WORD.findall(name))


def parse_synonyms(text: str, span: tuple[int, int], value: str) -> tuple[str, ...]:
    """The names in ``value``, each once; () for ``none``.

    ``span`` is where ``also:`` and the value stand in ``text``. Raises :class:`SyntaxProblem`.
    """
    found = tuple(dict.fromkeys(filter(None, map(canonical_synonym, _SYNONYM_SEPARATOR.split(value)))))
    if not found:
        why = t("something has to follow <code>{name}:</code>, without a space.", name=SYNONYM_FIELD)
        raise SyntaxProblem(
            why, span, (f"{text[: span[0]]}{SYNONYM_FIELD}:{text[span[1] :].lstrip()}", replace_span(text, span))
        )
    named = tuple(name for name in found if name.casefold() != NO_SYNONYMS)
    if named and len(named) < len(found):
        why = t("<code>also:none</code> means that no other name counts, so none can stand beside it.")
        raise SyntaxProblem(
            why, span, (_with_synonyms(text, span, named), replace_span(text, span, f"{SYNONYM_FIELD}:{NO_SYNONYMS}"))
        )
    empty = [name for name in named if not _is_searchable_name(name)]
    if empty:
        why = t("<i>{name}</i> stands in every paper.", name=empty[0])
        raise SyntaxProblem(why, span, (_with_synonyms(text, span, [name for name in named if name not in empty]),))
    return named


def _is_searchable_name(name: str) -> bool:
    words = name.split()
    return not all(word.casefold() in STOP_WORDS for word in words) and has_content_word(words)


def _with_synonyms(text: str, span: tuple[int, int], names: Iterable[str]) -> str:
    joined = ", ".join(names)
    return replace_span(text, span, f'{SYNONYM_FIELD}:"{joined}"' if joined else "")
