"""Where a chat's topics stand on one paper, and in words what the paper says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never

from bot.chats import Subscription
from bot.matching import Decision, Place, Reason, Verdict
from bot.matching.rule import decide
from bot.papers import Paper
from bot.sentences import Sentence, say, say_n
from bot.topics import All, Any, AtLeast, Expression, Field, Has, MatchLevel, Topic
from bot.topics.printed import expression_printed, printed
from bot.topics.tree import FieldName


class Standing(Enum):
    """What a topic makes of a paper; ``WAITS``: only conditions fail that can still change."""

    YES = auto()
    WAITS = auto()
    MENTIONS = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class Judged:
    """One topic of a chat on one paper; ``missing`` are the conditions it waits for, as typed."""

    subscription: Subscription
    standing: Standing
    decision: Decision
    missing: tuple[str, ...] = ()


async def judged(paper: Paper, subscriptions: Sequence[Subscription]) -> list[Judged]:
    """Every topic's standing, decided afresh by the rule that digests use."""
    return await asyncio.to_thread(lambda: [_judged(paper, each) for each in subscriptions])


def _judged(paper: Paper, subscription: Subscription) -> Judged:
    topic = subscription.topic
    decision = decide(topic, paper)
    match decision.verdict:
        case Verdict.YES:
            return Judged(subscription, Standing.YES, decision)
        case Verdict.NOT_YET:
            return Judged(subscription, Standing.WAITS, decision, tuple(_missing(topic.expression, paper)))
        case Verdict.NO:
            mentions = decide(replace(topic, level=MatchLevel.WIDE), paper).yes
            return Judged(subscription, Standing.MENTIONS if mentions else Standing.NO, decision)
    assert_never(decision.verdict)


def _missing(expression: Expression, paper: Paper) -> Iterator[str]:
    """The conditions that can still change and fail today."""
    match expression:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _missing(part, paper)
        case AtLeast() | Has() | Field(FieldName.KEYWORD):
            if not decide(Topic(expression), paper).yes:
                yield expression_printed(expression)


async def reasons_of_chat(paper: Paper, subscriptions: Sequence[Subscription]) -> tuple[Sentence, ...]:
    """For a card: what the paper says on each topic of the chat that matches it."""
    return tuple(
        say("{where} (topic <i>{topic}</i>)", where=says_where(reason), topic=printed(each.subscription.topic))
        for each in await judged(paper, subscriptions)
        if each.standing is Standing.YES
        for reason in each.decision.reasons[:1]
    )


def says_where(reason: Reason) -> Sentence:
    """One reason as a clause: *“GUI agents” is in the title*."""
    found = reason.found or reason.wanted
    match reason.place:
        case Place.TITLE:
            return say("“{found}” is in the title", found=found)
        case Place.OPENING:
            return say("“{found}” is in the abstract’s first words", found=found)
        case Place.ABSTRACT:
            one, many = "“{found}” is in the abstract", "“{found}” is {n} times in the abstract"
            return say_n(one, many, reason.count, found=found)
        case Place.WORDS:
            return say("all words of “{wanted}” are there, the rarest in the title", wanted=reason.wanted)
        case _:
            return _fact(reason, found)


def _fact(reason: Reason, found: str) -> Sentence:
    match reason.place:
        case Place.AUTHOR:
            return say("{name} is an author", name=found)
        case Place.ORG:
            return say("it comes from {name}", name=found)
        case Place.KEYWORD:
            return say("“{found}” is a keyword", found=found)
        case Place.SOURCE:
            return say("it was listed at {name}", name=found)
    return say("{condition} holds", condition=reason.wanted)
