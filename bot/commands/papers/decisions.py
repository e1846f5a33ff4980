"""The outcome of a chat's topics on one paper, and in words what the paper says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import assert_never

from bot.chats import Subscription
from bot.decisions.most_voted import Standing, find_standing
from bot.i18n import LazyText, t, tn
from bot.matching import Decision, MatchLocation, MatchReason, Verdict
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import Storage
from bot.rendering.match_reasons import rank_text
from bot.topics import MatchLevel
from bot.topics.formatter import format_short

TWICE = 2


class TopicOutcome(Enum):
    """What a topic makes of a paper; ``WAITS``: only conditions fail that can still change."""

    YES = auto()
    WAITS = auto()
    MENTIONS = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class TopicDecision:
    """What one topic of a chat makes of one paper."""

    subscription: Subscription
    outcome: TopicOutcome
    decision: Decision


async def decide_topics(
    storage: Storage, paper: Paper, subscriptions: Sequence[Subscription], today: date
) -> list[TopicDecision]:
    """Every topic's outcome, decided on the fly by the rule that digests use."""
    by_votes = [each for each in subscriptions if each.topic.is_trending]
    standing = await find_standing(storage, paper, today) if by_votes else None
    return await asyncio.to_thread(
        lambda: [
            TopicDecision(each, _standing_outcome(standing), standing.decision)
            if standing and each.topic.is_trending
            else _decide_topic(paper, each)
            for each in subscriptions
        ]
    )


def _standing_outcome(standing: Standing) -> TopicOutcome:
    if not standing.final:
        return TopicOutcome.WAITS
    return TopicOutcome.YES if standing.decision.is_match else TopicOutcome.NO


def _decide_topic(paper: Paper, subscription: Subscription) -> TopicDecision:
    topic = subscription.topic
    decision = decide(topic, paper)
    match decision.verdict:
        case Verdict.YES:
            return TopicDecision(subscription, TopicOutcome.YES, decision)
        case Verdict.NOT_YET:
            return TopicDecision(subscription, TopicOutcome.WAITS, decision)
        case Verdict.NO:
            mentions = decide(replace(topic, level=MatchLevel.WIDE), paper).is_match
            return TopicDecision(subscription, TopicOutcome.MENTIONS if mentions else TopicOutcome.NO, decision)
    assert_never(decision.verdict)


async def chat_match_reasons(
    storage: Storage, paper: Paper, subscriptions: Sequence[Subscription], today: date
) -> tuple[LazyText, ...]:
    """For a card: what the paper says on each topic of the chat that matches it."""
    return tuple(
        t("{where} (topic <i>{topic}</i>)", where=reason_clause(reason), topic=format_short(each.subscription.topic))
        for each in await decide_topics(storage, paper, subscriptions, today)
        if each.outcome is TopicOutcome.YES
        for reason in each.decision.reasons[:1]
    )


def reason_clause(reason: MatchReason) -> LazyText:
    """One reason as a clause: *“GUI agents” is in the title*."""
    found = reason.found or reason.wanted
    match reason.place:
        case MatchLocation.TITLE:
            return t("“{found}” is in the title", found=found)
        case MatchLocation.OPENING:
            return t("“{found}” is in the abstract’s first words", found=found)
        case MatchLocation.STATEMENT:
            return t("“{found}” is where the abstract says what the paper does", found=found)
        case MatchLocation.ABSTRACT:
            return _abstract_clause(reason.count, found)
        case MatchLocation.WORDS:
            return t("all words of “{wanted}” are there, the rarest in the title", wanted=reason.wanted)
        case _:
            return _condition_clause(reason, found)


def _abstract_clause(count: int, found: str) -> LazyText:
    if count == TWICE:
        return t("“{found}” is twice in the abstract", found=found)
    one, many = "“{found}” is in the abstract", "“{found}” is {n} times in the abstract"
    return tn(one, many, count, found=found)


def _condition_clause(reason: MatchReason, found: str) -> LazyText:
    match reason.place:
        case MatchLocation.AUTHOR:
            return t("{name} is an author", name=found)
        case MatchLocation.ORG:
            return t("it comes from {name}", name=found)
        case MatchLocation.KEYWORD:
            return t("“{found}” is a keyword", found=found)
        case MatchLocation.SOURCE:
            return t("it was listed at {name}", name=found)
        case MatchLocation.RANK:
            return t("it is {rank}", rank=rank_text(reason))
    return t("{condition} holds", condition=reason.wanted)
