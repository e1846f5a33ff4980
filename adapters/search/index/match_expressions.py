"""Full-text queries. Every word is quoted and made of letters and digits only, so nothing typed is ever an operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.topics.words import STOP_WORDS

_EXTRA_STOP_WORDS = """
    about above after again against all also am because before below between both could did doing down during each few
    further he her here hers herself him himself his i if itself just me my myself only other ourselves own same she
    should so some theirs them themselves they too until up very whom would yours yourself
"""
QUERY_STOP_WORDS = STOP_WORDS | frozenset(_EXTRA_STOP_WORDS.split())


def and_query(stems: Iterable[str]) -> str:
    """Papers with all of these."""
    return " AND ".join(map(quote_phrase, stems))


def or_query(stems: Iterable[str]) -> str:
    """Papers with one of these."""
    return " OR ".join(map(quote_phrase, stems))


def title_only(expression: str) -> str:
    """The same, of the title alone."""
    return f"title : ({expression})"


def quote_phrase(stems: str) -> str:
    """Stems side by side, a space between them."""
    return f'"{stems}"'


def near_query(stems: Sequence[str]) -> str:
    """Stems in this neighbourhood, in any order, with at most two others between."""
    return quote_phrase(stems[0]) if len(stems) == 1 else f"NEAR({' '.join(map(quote_phrase, stems))}, 2)"


def rarest_stems(document_counts: Mapping[str, int], most_papers: float) -> list[str]:
    """The rarest stems, as many as so many papers hold; at least one."""
    chosen: list[str] = []
    papers = 0
    for stem in sorted(document_counts, key=lambda stem: document_counts[stem]):
        papers += document_counts[stem]
        if chosen and papers > most_papers:
            break
        chosen.append(stem)
    return chosen


def two_word_splits(form: str) -> list[tuple[str, str]]:
    """Every way to write a word as two."""
    return [(form[:i], form[i:]) for i in range(1, len(form)) if form[:i] not in STOP_WORDS]
