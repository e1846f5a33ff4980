"""Decisions on invented papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.matching import Decision, Reason
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.parser import parse

# It names no subject, and says what the paper does in its first sentence.
FILLER = "We propose a small method and report what it does on many tasks, with care for cost, time and money. " * 3


def paper(title: str = "A small method", abstract: str = "", **facts: Any) -> Paper:
    return Paper("2608.00001", title, abstract or FILLER, date(2026, 8, 18), **facts)


def decided(topic: str, title: str = "A small method", abstract: str = "", **facts: Any) -> Decision:
    return decide(parse(topic), paper(title, abstract, **facts))


def reason(topic: str, title: str = "A small method", abstract: str = "", **facts: Any) -> Reason:
    (only,) = decided(topic, title, abstract, **facts).reasons
    return only
