"""What a chat has muted: papers that its topics ask for and that are kept out all the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.chats import ChatSettings
from bot.errors import UserMistake
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import Candidate
from bot.topics import Topic
from bot.topics.parser import parse


def muted_by(settings: ChatSettings, paper: Paper) -> str | None:
    """The muted topic (as printed) that keeps the paper away, None where none does."""
    return next((text for text, topic in muted_topics(settings.muted) if decide(topic, paper).yes), None)


def let_through(settings: ChatSettings, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates that nothing muted keeps away."""
    if not settings.muted:
        return tuple(candidates)
    return tuple(candidate for candidate in candidates if muted_by(settings, candidate.paper) is None)


def muted_topics(muted: Iterable[str]) -> list[tuple[str, Topic]]:
    """What is muted, read; what an earlier version wrote and this one can't read mutes nothing."""
    return [(text, topic) for text in muted if (topic := _read(text)) is not None]


@lru_cache(maxsize=1000)
def _read(text: str) -> Topic | None:
    try:
        return parse(text)
    except UserMistake:
        return None
