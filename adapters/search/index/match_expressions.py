"""Full-text queries. Every word is quoted and made of letters and digits only, so nothing typed is ever an operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.topics.words import STOP_WORDS

_COMMON = """
    about above after again against all also am because before below between both could did doing down during each few
    further he her here hers herself him himself his i if itself just me my myself only other ourselves own same she
    should so some theirs them themselves they too until up very whom would yours yourself
"""
COMMON_WORDS = STOP_WORDS | frozenset(_COMMON.split())


def all_of(stems: Iterable[str]) -> str:
    """Papers with all of these."""
    return " AND ".join(map(phrase, stems))


def any_of(stems: Iterable[str]) -> str:
    """Papers with one of these."""
    return " OR ".join(map(phrase, stems))


def in_title(expression: str) -> str:
    """The same, of the title alone."""
    return f"title : ({expression})"


def phrase(stems: str) -> str:
    """Stems side by side, a space between them."""
    return f'"{stems}"'


def close_together(stems: Sequence[str]) -> str:
    """Stems in this neighbourhood, in any order, with at most two others between."""
    return phrase(stems[0]) if len(stems) == 1 else f"NEAR({' '.join(map(phrase, stems))}, 2)"


def rarest(holding: Mapping[str, int], most_papers: float) -> list[str]:
    """The rarest stems, as many as so many papers hold; at least one."""
    chosen: list[str] = []
    papers = 0
    for stem in sorted(holding, key=lambda stem: holding[stem]):
        papers += holding[stem]
        if chosen and papers > most_papers:
            break
        chosen.append(stem)
    return chosen


def splits(form: str) -> list[tuple[str, str]]:
    """Every way to write a word as two."""
    return [(form[:i], form[i:]) for i in range(1, len(form)) if form[:i] not in STOP_WORDS]
