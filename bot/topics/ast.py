"""What a topic is made of, once it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MatchLevel(StrEnum):
    """How freely subjects are matched: literally, by the normal rule, or also where a paper only mentions them."""

    STRICT = "strict"
    NORMAL = "normal"
    WIDE = "wide"


class FieldName(StrEnum):
    """The parts of a paper that can be asked for by name."""

    TITLE = "title"
    AUTHOR = "author"
    ORG = "org"
    KEYWORD = "keyword"
    SOURCE = "source"


class Asset(StrEnum):
    """What a paper can have beside its text."""

    CODE = "code"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Subject:
    """Words side by side: one subject, decided as a whole (``mixture of experts``).

    ``synonyms`` (written behind ``also:``) are those that count for it (``diffusion also:"flow matching, rectified
    flow"``), each decided as the words themselves are. None: nothing was said about them yet, so whoever follows it
    chooses; (): none is wanted (``also:none``). Both decide alike.
    """

    words: str
    synonyms: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exactly these words, no expansion (``"diffusion policy"``)."""

    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """Literal words in one part of the paper (``author:"Yann LeCun"``)."""

    name: FieldName
    value: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least so many upvotes (``upvotes>=20``)."""

    upvotes: int


@dataclass(frozen=True, slots=True)
class Has:
    """The paper names its code or its project page (``has:code``)."""

    asset: Asset


@dataclass(frozen=True, slots=True)
class Since:
    """First listed on this day (UTC) or later (``since:2026-11-01``)."""

    day: date


@dataclass(frozen=True, slots=True)
class Not:
    """Leaves out what the inner expression is about (``-driving``), by the same decision."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class And:
    """Every part must hold; at least two parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part is enough; at least two parts."""

    parts: tuple[Expression, ...]


Expression = Subject | Phrase | Field | AtLeast | Has | Since | Not | And | Or


@dataclass(frozen=True, slots=True)
class Topic:
    """An expression and how freely its subjects are matched; see :func:`bot.topics.formatter.format_topic`."""

    expression: Expression
    level: MatchLevel = MatchLevel.NORMAL
