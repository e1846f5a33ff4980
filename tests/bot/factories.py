"""Papers, topics and chats as the digest tests need them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from adapters.local.capabilities import LOCAL
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, Platform
from bot.matching import MatchLocation, MatchReason
from bot.papers import Author, Paper, PaperListing
from bot.ports import Candidate

TUESDAY = date(2026, 8, 18)
FRIDAY = date(2026, 8, 21)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def make_paper(number: int, title: str = "", *, votes: int = 0, day: date = TUESDAY, **fields: Any) -> Paper:
    """An invented paper; the number makes its id and, without one, its title."""
    return Paper(
        id=f"2608.{number:05}",
        title=title or f"Paper number {number}",
        abstract=fields.pop("abstract", "We propose a small thing that does one job well."),
        listed_on=day,
        authors=(Author("Ada Example"),),
        upvotes=votes,
        **fields,
    )


def make_listings(*papers: Paper) -> tuple[PaperListing, ...]:
    return tuple(PaperListing(one, "huggingface", one.listed_on) for one in papers)


def topic_with_reason(
    place: MatchLocation, topic: str = "diffusion", *, found: str = "", count: int = 1
) -> tuple[str, tuple[MatchReason, ...]]:
    """A topic with one reason."""
    return topic, (MatchReason(topic, place, found or topic, count),)


def make_candidate(one: Paper, *topics: str, hidden: tuple[str, ...] = (), rose: bool = False) -> Candidate:
    """``topics`` are shown by the title, ``hidden`` ones only by the abstract."""
    matched = [topic_with_reason(MatchLocation.TITLE, topic) for topic in topics]
    matched += [topic_with_reason(MatchLocation.ABSTRACT, topic, count=2) for topic in hidden]
    return Candidate(one, tuple(matched), rose)


def make_address(platform: Platform = TELEGRAM, name: str = "42") -> ChatAddress:
    return ChatAddress(platform, "" if platform == LOCAL else "1", name)


def make_chat(kind: ChatKind = ChatKind.PRIVATE, platform: Platform = TELEGRAM, **fields: Any) -> Chat:
    settings = fields.pop("settings", ChatSettings(zone="Europe/Berlin"))
    return Chat(
        fields.pop("id", 1),
        make_address(platform),
        kind,
        "somewhere",
        settings,
        created_at=utc(date(2026, 8, 1), 0),
        eligible_from=date(2026, 8, 1),
        **fields,
    )
