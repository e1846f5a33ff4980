"""What a chat has muted: papers that its topics ask for and that are kept out all the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.chats import ChatSettings
from bot.errors import InputError
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import Candidate
from bot.topics import Topic
from bot.topics.parser import parse


def muting_topic(settings: ChatSettings, paper: Paper) -> str | None:
    """The muted topic (as formatted) that matches the paper, None where none does."""
    return next((text for text, topic in parse_muted(settings.muted) if decide(topic, paper).is_match), None)


def without_muted(settings: ChatSettings, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates that no muted topic matches."""
    if not settings.muted:
        return tuple(candidates)
    return tuple(candidate for candidate in candidates if muting_topic(settings, candidate.paper) is None)


def parse_muted(muted: Iterable[str]) -> list[tuple[str, Topic]]:
    """The muted topics, parsed; what an earlier version wrote and this one can't parse mutes nothing."""
    return [(text, topic) for text in muted if (topic := _parse_or_none(text)) is not None]


@lru_cache(maxsize=1000)
def _parse_or_none(text: str) -> Topic | None:
    try:
        return parse(text)
    except InputError:
        return None
