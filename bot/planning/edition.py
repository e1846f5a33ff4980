"""What one chat's due moment becomes: a digest, a note, or only the record of an empty day. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.chats import Chat, Layout, Subscription
from bot.deliveries import (
    Chosen,
    DeliveryKind,
    DigestContent,
    Edition,
    EmptyContent,
    EmptyReason,
    Plan,
    PlannedPart,
    RoundupContent,
)
from bot.due import next_digest_at
from bot.ingest.list_completeness import EmptyDay, empty_reason
from bot.planning.empty_day_policy import Telling, telling
from bot.planning.selection import choose, replies
from bot.planning.source_snapshot import Today, edition_day, last_digest_at
from bot.ports import Candidate, Traits
from bot.topics import Topic
from bot.topics.formatter import printed

EXPIRES_AFTER: Final = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Widening:
    """What a quiet chat's only topic would bring if mentions counted, and when it last brought something."""

    papers: int = 0
    last_came: date | None = None


@dataclass(frozen=True, slots=True)
class DueChat:
    """A chat that is due, with everything its plan is made from.

    ``candidates`` include the papers of the still unsent digests ``takes_over``. ``before`` are the editions of the
    last week, newest first. ``already_sent``: papers came to the chat by another way since then. ``roundup`` are the
    week's best papers, where the chat wants them today.
    """

    chat: Chat
    subscriptions: tuple[Subscription, ...]
    candidates: tuple[Candidate, ...] = ()
    takes_over: tuple[int, ...] = ()
    before: tuple[Edition, ...] = ()
    already_sent: bool = False
    traits: Traits = field(default_factory=Traits)
    roundup: tuple[str, ...] = ()

    @property
    def only_topic(self) -> Topic | None:
        return self.subscriptions[0].topic if len(self.subscriptions) == 1 else None


def plan_edition(due: DueChat, today: Today, widening: Widening | None = None) -> Plan:
    """The plan of a due chat, with or without papers, and its next due moment."""
    return _with_papers(due, today) if due.candidates else _without_papers(due, today, widening or Widening())


def tells(due: DueChat, today: Today) -> Telling:
    """Which word an empty digest would be told with."""
    return telling(due.chat, reason(due, today), edition_day(due.chat, today), due.before)


def reason(due: DueChat, today: Today) -> EmptyReason:
    """Why a digest without papers has none."""
    listed = today.listed_since(last_digest_at(due.chat, today))
    return empty_reason(EmptyDay(today.day, listed, today.day in today.settled, today.late, due.already_sent))


def digest_parts(
    due: DueChat, local_day: date, listed: Mapping[date, int], *, late: bool = False, asked_for: bool = False
) -> tuple[PlannedPart, ...]:
    """The message, and the thread replies where the platform has threads."""
    papers = {candidate.paper.id: candidate.paper for candidate in due.candidates}
    chosen = choose(due.candidates, _summaries(due))
    follow = replies(chosen, papers) if due.traits.threads else ()
    newest = max((paper.listed_on for paper in papers.values()), default=local_day)

    def part(shown: Sequence[Chosen], first: int) -> DigestContent:
        return DigestContent(
            local_day,
            tuple(shown),
            topics=len(due.subscriptions),
            first_number=first,
            parts=1 + len(follow),
            listed=listed.get(newest, 0),
            late_source=late,
            asked_for=asked_for,
            roundup=due.roundup if first == 1 else (),
        )

    contents, number = [part(chosen, 1)], 1 + sum(one.full for one in chosen)
    for reply in follow:
        contents.append(part(reply, number))
        number += len(reply)
    return tuple(PlannedPart(content, place) for place, content in enumerate(contents))


def _summaries(due: DueChat) -> int:
    """How many papers come with their summary; where a thread holds those of the others, all is no more than some."""
    settings = due.chat.settings
    in_thread = due.traits.threads and settings.layout is Layout.FULL
    return settings.with_summary if in_thread else settings.summaries


def _with_papers(due: DueChat, today: Today) -> Plan:
    local_day = edition_day(due.chat, today)
    parts = digest_parts(due, local_day, today.listed, late=today.late)
    papers = tuple(candidate.paper.id for candidate in due.candidates)
    edition = Edition(due.chat.id, local_day, today.now, len(papers))
    return _plan(due, today, DeliveryKind.DIGEST, parts, papers, edition)


def _without_papers(due: DueChat, today: Today, widening: Widening) -> Plan:
    local_day, why, word = edition_day(due.chat, today), reason(due, today), tells(due, today)
    edition = Edition(due.chat.id, local_day, today.now, 0, why)
    if due.roundup:
        best = PlannedPart(RoundupContent(local_day, due.roundup))
        return _plan(due, today, DeliveryKind.NOTE, (best,), (), edition)
    if word is Telling.NONE:
        return _plan(due, today, DeliveryKind.NOTE, (), (), edition)
    note = PlannedPart(_note(due, today, why, word, widening))
    told = word is Telling.FIRST
    return _plan(due, today, DeliveryKind.NOTE, (note,), (), edition, first_empty_told=told)


def _note(due: DueChat, today: Today, why: EmptyReason, word: Telling, widening: Widening) -> EmptyContent:
    weekly = word is Telling.WEEKLY
    return EmptyContent(
        edition_day(due.chat, today),
        EmptyReason.NOTHING_MATCHED if weekly else why,
        tuple(printed(subscription.topic) for subscription in due.subscriptions),
        listed=sum(today.listed.values()) if weekly else today.listed_since(last_digest_at(due.chat, today)),
        since=today.source.last_success_at if today.source and why is EmptyReason.SOURCE_DOWN else None,
        weekly=weekly,
        last_came=widening.last_came,
        wider=widening.papers,
    )


def _plan(
    due: DueChat,
    today: Today,
    kind: DeliveryKind,
    parts: tuple[PlannedPart, ...],
    papers: tuple[str, ...],
    edition: Edition,
    *,
    first_empty_told: bool = False,
) -> Plan:
    return Plan(
        due.chat.id,
        kind,
        edition.local_day.isoformat(),
        parts,
        papers,
        today.now,
        edition,
        next_digest_at=next_digest_at(due.chat.settings, today.now, edition.local_day),
        last_local_day=edition.local_day,
        takes_over=due.takes_over,
        expires_at=today.now + EXPIRES_AFTER,
        first_empty_told=first_empty_told,
        due_at=due.chat.next_digest_at,
    )
