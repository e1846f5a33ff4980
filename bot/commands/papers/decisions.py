"""Where a chat's topics stand on one paper, and in words what the paper says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never

from bot.chats import Subscription
from bot.i18n import Sentence, say, say_n
from bot.matching import Decision, Place, Reason, Verdict
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics import MatchLevel
from bot.topics.formatter import named

TWICE = 2


class Standing(Enum):
    """What a topic makes of a paper; ``WAITS``: only conditions fail that can still change."""

    YES = auto()
    WAITS = auto()
    MENTIONS = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class Judged:
    """What one topic of a chat makes of one paper."""

    subscription: Subscription
    standing: Standing
    decision: Decision


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
            return Judged(subscription, Standing.WAITS, decision)
        case Verdict.NO:
            mentions = decide(replace(topic, level=MatchLevel.WIDE), paper).yes
            return Judged(subscription, Standing.MENTIONS if mentions else Standing.NO, decision)
    assert_never(decision.verdict)


async def reasons_of_chat(paper: Paper, subscriptions: Sequence[Subscription]) -> tuple[Sentence, ...]:
    """For a card: what the paper says on each topic of the chat that matches it."""
    return tuple(
        say("{where} (topic <i>{topic}</i>)", where=says_where(reason), topic=named(each.subscription.topic))
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
        case Place.STATEMENT:
            return say("“{found}” is where the abstract says what the paper does", found=found)
        case Place.ABSTRACT:
            return _in_abstract(reason.count, found)
        case Place.WORDS:
            return say("all words of “{wanted}” are there, the rarest in the title", wanted=reason.wanted)
        case _:
            return _fact(reason, found)


def _in_abstract(count: int, found: str) -> Sentence:
    if count == TWICE:
        return say("“{found}” is twice in the abstract", found=found)
    one, many = "“{found}” is in the abstract", "“{found}” is {n} times in the abstract"
    return say_n(one, many, count, found=found)


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
