"""What a decision is: a verdict, and the places in the paper that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """``NOT_YET``: only conditions fail that can still change (upvotes, code, project, keywords)."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not yet"


class MatchLocation(StrEnum):
    """Where a paper says it."""

    TITLE = "title"  # the phrase stands in the title
    OPENING = "opening"  # in the abstract's first words
    STATEMENT = "statement"  # in the sentence that says what the paper does
    ABSTRACT = "abstract"  # ``count`` times in the abstract
    WORDS = "words"  # all words are there, the rarest in the title
    AUTHOR = "author"
    ORG = "org"
    KEYWORD = "keyword"
    SOURCE = "source"
    UPVOTES = "upvotes"
    ASSET = "asset"
    DAY = "day"
    RANK = "rank"  # no place in it: ``count`` is its place by votes (``found``) on a day's list (``wanted``)


@dataclass(frozen=True, slots=True)
class MatchReason:
    """One part of a topic that holds: ``wanted`` as the topic says it, ``found`` as the paper does.

    ``found`` differs from ``wanted`` where an acronym or another form matched (*LLM agents*, found as *agentic*).
    ``count`` is how often it stands at ``place``.
    """

    wanted: str
    place: MatchLocation
    found: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one topic and one paper; ``reasons`` is empty unless it is YES or NOT_YET."""

    verdict: Verdict
    reasons: tuple[MatchReason, ...] = ()

    @property
    def is_match(self) -> bool:
        return self.verdict is Verdict.YES
