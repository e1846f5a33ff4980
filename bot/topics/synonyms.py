"""The further names of a subject, as they are written behind ``also:``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.i18n import say
from bot.topics.diagnostics import Wrong, instead
from bot.topics.words import STOP_WORDS, WORD, says_enough

ALSO = "also"
NO_NAMES = "none"
_BETWEEN = re.compile(r"[,;|]|\s(?:or|OR|/)\s")


def spelt(name: str) -> str:
    """The one spelling of a name: the words in it, without what surrounds them; '' where there is none."""
    return " ".join(WORD.findall(name))


def names(text: str, place: tuple[int, int], value: str) -> tuple[str, ...]:
    """The names in ``value``, each once; () for ``none``.

    ``place`` is where ``also:`` and the value stand in ``text``. Raises :class:`Wrong`.
    """
    found = tuple(dict.fromkeys(filter(None, map(spelt, _BETWEEN.split(value)))))
    if not found:
        why = say("something has to follow <code>{name}:</code>, without a space.", name=ALSO)
        raise Wrong(why, place, (f"{text[: place[0]]}{ALSO}:{text[place[1] :].lstrip()}", instead(text, place)))
    named = tuple(name for name in found if name.casefold() != NO_NAMES)
    if named and len(named) < len(found):
        why = say("<code>also:none</code> means that no other name counts, so none can stand beside it.")
        raise Wrong(why, place, (_with(text, place, named), instead(text, place, f"{ALSO}:{NO_NAMES}")))
    empty = [name for name in named if not _telling(name)]
    if empty:
        why = say("<i>{name}</i> stands in every paper.", name=empty[0])
        raise Wrong(why, place, (_with(text, place, [name for name in named if name not in empty]),))
    return named


def _telling(name: str) -> bool:
    words = name.split()
    return not all(word.casefold() in STOP_WORDS for word in words) and says_enough(words)


def _with(text: str, place: tuple[int, int], names: Iterable[str]) -> str:
    joined = ", ".join(names)
    return instead(text, place, f'{ALSO}:"{joined}"' if joined else "")
