"""Decisions on invented papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.matching import Decision, MatchReason
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.parser import parse

# It names no subject, and says what the paper does in its first sentence.
FILLER = "We propose a small method and report what it does on many tasks, with care for cost, time and money. " * 3


def make_paper(title: str = "A small method", abstract: str = "", **facts: Any) -> Paper:
    return Paper("2608.00001", title, abstract or FILLER, date(2026, 8, 18), **facts)


def decide_verdict(topic: str, title: str = "A small method", abstract: str = "", **facts: Any) -> Decision:
    return decide(parse(topic), make_paper(title, abstract, **facts))


def decide_reason(topic: str, title: str = "A small method", abstract: str = "", **facts: Any) -> MatchReason:
    (only,) = decide_verdict(topic, title, abstract, **facts).reasons
    return only
