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


class SynonymOrigin(StrEnum):
    """Where a further name of a subject came from, which says how closely a paper has to say it."""

    TYPED = "typed"  # a person wrote or chose it: decided as the words themselves are
    SAME = "same"  # from the catalogue: another name of the subject
    KIND = "kind"  # a kind of the subject: only side by side and in order
    NEAR = "near"  # a neighbour: only under ``match:wide``


class FieldName(StrEnum):
    """The parts of a paper that can be asked for by name."""

    TITLE = "title"
    AUTHOR = "author"
    ORG = "org"
    KEYWORD = "keyword"
    SOURCE = "source"
    FIELD = "field"  # not a part: the field of research, decided by its topics


class Asset(StrEnum):
    """What a paper can have beside its text."""

    CODE = "code"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Subject:
    """Words side by side: one subject, decided as a whole (``mixture of experts``).

    ``synonyms`` (written behind ``also:``) are those that count for it (``diffusion also:"flow matching, rectified
    flow"``). None: nothing was said about them yet, so whoever follows it chooses; (): none is wanted (``also:none``).
    Both decide alike. ``origins`` says of each where it came from; () where all are typed. Made by
    :func:`bot.topics.synonyms.with_names`, which keeps one order, so that equal subjects are equal.

    Raises :class:`ValueError` where there are not as many origins as synonyms.
    """

    words: str
    synonyms: tuple[str, ...] | None = None
    origins: tuple[SynonymOrigin, ...] = ()

    def __post_init__(self) -> None:
        if self.origins and len(self.origins) != len(self.synonyms or ()):
            raise ValueError(f"{len(self.synonyms or ())} synonyms, {len(self.origins)} origins")

    @property
    def named_origins(self) -> tuple[tuple[str, SynonymOrigin], ...]:
        """Each synonym with where it came from."""
        names = self.synonyms or ()
        return tuple(zip(names, self.origins or (SynonymOrigin.TYPED,) * len(names), strict=True))


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


TRENDING_SIZE = 10  # papers of one day's list


@dataclass(frozen=True, slots=True)
class Trending:
    """The papers with most votes on each day's list, whatever their subject (``trending``); always a whole topic.

    No paper tells by itself whether it is one: see :mod:`bot.decisions.most_voted`.
    """


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


Expression = Subject | Phrase | Field | AtLeast | Has | Since | Trending | Not | And | Or


@dataclass(frozen=True, slots=True)
class Topic:
    """An expression and how freely its subjects are matched; see :func:`bot.topics.formatter.format_topic`."""

    expression: Expression
    level: MatchLevel = MatchLevel.NORMAL

    @property
    def is_trending(self) -> bool:
        """Whether it is the choice without a subject."""
        return isinstance(self.expression, Trending)


TRENDING = Topic(Trending())
