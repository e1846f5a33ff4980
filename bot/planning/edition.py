"""What one chat's due moment becomes: a digest, a note, or only the record of an empty day. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.chats import Chat, Layout, Subscription
from bot.deliveries import (
    DeliveryKind,
    DeliveryPlan,
    DigestContent,
    Edition,
    EmptyDigestContent,
    EmptyReason,
    PlannedMessage,
    RoundupContent,
    SelectedPaper,
)
from bot.due import next_digest_at
from bot.ingest.list_completeness import EmptyDayFacts, classify_empty_day
from bot.ingest.list_days import is_list_day
from bot.planning.empty_day_policy import EmptyNotice, empty_notice_for
from bot.planning.selection import select_papers, thread_pages
from bot.planning.source_snapshot import SourceSnapshot, digest_day, previous_digest_at
from bot.ports import Candidate, PlatformCapabilities
from bot.topics import Topic
from bot.topics.formatter import format_topic

DIGEST_EXPIRES_AFTER: Final = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class WiderMatchEstimate:
    """What a quiet chat's only topic would bring if mentions counted, and when it last brought something."""

    wider_matches: int = 0
    last_match_day: date | None = None


@dataclass(frozen=True, slots=True)
class DueChat:
    """A chat that is due, with everything its plan is made from.

    ``candidates`` include the papers of the still unsent digests that it ``supersedes``. ``recent_editions`` are those
    of the last week, newest first. ``already_sent``: papers came to the chat by another way since then. ``roundup`` are
    the week's best papers, where the chat wants them today.
    """

    chat: Chat
    subscriptions: tuple[Subscription, ...]
    candidates: tuple[Candidate, ...] = ()
    supersedes: tuple[int, ...] = ()
    recent_editions: tuple[Edition, ...] = ()
    already_sent: bool = False
    capabilities: PlatformCapabilities = field(default_factory=PlatformCapabilities)
    roundup: tuple[str, ...] = ()

    @property
    def only_topic(self) -> Topic | None:
        return self.subscriptions[0].topic if len(self.subscriptions) == 1 else None


def plan_edition(due: DueChat, today: SourceSnapshot, wider: WiderMatchEstimate | None = None) -> DeliveryPlan:
    """The plan of a due chat, with or without papers, and its next due moment."""
    return (
        _plan_with_papers(due, today)
        if due.candidates
        else _plan_without_papers(due, today, wider or WiderMatchEstimate())
    )


def empty_notice(due: DueChat, today: SourceSnapshot) -> EmptyNotice:
    """Which notice an empty digest would be. The first silence is not spoken of while a topic is newer than ``today``:
    it may not be decided yet."""
    notice = empty_notice_for(
        due.chat,
        reason_for_empty(due, today),
        digest_day(due.chat, today),
        due.recent_editions,
        list_day=is_list_day(today.day),
    )
    undecided = any(subscription.added_at > today.now for subscription in due.subscriptions)
    return EmptyNotice.NONE if undecided and notice is EmptyNotice.FIRST else notice


def reason_for_empty(due: DueChat, today: SourceSnapshot) -> EmptyReason:
    """Why a digest without papers has none."""
    listed = today.listed_since(_counted_from(due, today))
    return classify_empty_day(
        EmptyDayFacts(today.day, listed, today.day in today.complete_days, today.source_late, due.already_sent)
    )


def _counted_from(due: DueChat, today: SourceSnapshot) -> datetime:
    """When the digest before this one was made: what came until then it took in, however late after its hour it was."""
    last = [one.planned_at for one in due.recent_editions if one.local_day == due.chat.last_local_day]
    return max((previous_digest_at(due.chat, today), *last))


def digest_messages(
    due: DueChat, local_day: date, listed: Mapping[date, int], *, late: bool = False, on_demand: bool = False
) -> tuple[PlannedMessage, ...]:
    """The message, and the thread replies where the platform has threads."""
    papers = {candidate.paper.id: candidate.paper for candidate in due.candidates}
    selected = select_papers(due.candidates, _summary_count(due))
    replies = thread_pages(selected, papers) if due.capabilities.threads else ()
    newest = max((paper.list_day() for paper in papers.values()), default=local_day)

    def part(shown: Sequence[SelectedPaper], first: int) -> DigestContent:
        return DigestContent(
            local_day,
            tuple(shown),
            topic_count=len(due.subscriptions),
            first_number=first,
            message_count=1 + len(replies),
            listed_count=listed.get(newest, 0),
            late_source=late,
            on_demand=on_demand,
            roundup=due.roundup if first == 1 else (),
        )

    contents, number = [part(selected, 1)], 1 + sum(one.with_summary for one in selected)
    for reply in replies:
        contents.append(part(reply, number))
        number += len(reply)
    return tuple(PlannedMessage(content, number) for number, content in enumerate(contents))


def _summary_count(due: DueChat) -> int:
    """How many papers come with their summary; a full layout with a thread is like a compact one, since the thread
    holds the other summaries.
    """
    settings = due.chat.settings
    in_thread = due.capabilities.threads and settings.layout is Layout.FULL
    return settings.compact_summaries if in_thread else settings.summary_count


def _plan_with_papers(due: DueChat, today: SourceSnapshot) -> DeliveryPlan:
    local_day = digest_day(due.chat, today)
    parts = digest_messages(due, local_day, today.listed, late=today.source_late)
    papers = tuple(candidate.paper.id for candidate in due.candidates)
    edition = Edition(due.chat.id, local_day, today.now, len(papers))
    return _delivery_plan(due, today, DeliveryKind.DIGEST, parts, papers, edition)


def _plan_without_papers(due: DueChat, today: SourceSnapshot, wider: WiderMatchEstimate) -> DeliveryPlan:
    local_day, reason, notice = digest_day(due.chat, today), reason_for_empty(due, today), empty_notice(due, today)
    edition = Edition(due.chat.id, local_day, today.now, 0, reason)
    if due.roundup:
        best = PlannedMessage(RoundupContent(local_day, due.roundup))
        return _delivery_plan(due, today, DeliveryKind.NOTE, (best,), (), edition)
    if notice is EmptyNotice.NONE:
        return _delivery_plan(due, today, DeliveryKind.NOTE, (), (), edition)
    note = PlannedMessage(_empty_digest_content(due, today, reason, notice, wider))
    is_first = notice is EmptyNotice.FIRST
    return _delivery_plan(due, today, DeliveryKind.NOTE, (note,), (), edition, first_empty_notified=is_first)


def _empty_digest_content(
    due: DueChat, today: SourceSnapshot, reason: EmptyReason, notice: EmptyNotice, wider: WiderMatchEstimate
) -> EmptyDigestContent:
    weekly = notice is EmptyNotice.WEEKLY
    return EmptyDigestContent(
        digest_day(due.chat, today),
        EmptyReason.NOTHING_MATCHED if weekly else reason,
        tuple(format_topic(subscription.topic) for subscription in due.subscriptions),
        listed_count=sum(today.listed.values()) if weekly else today.listed_since(_counted_from(due, today)),
        source_down_since=today.source.last_success_at if today.source and reason is EmptyReason.SOURCE_DOWN else None,
        weekly=weekly,
        last_match_day=wider.last_match_day,
        wider_matches=wider.wider_matches,
    )


def _delivery_plan(
    due: DueChat,
    today: SourceSnapshot,
    kind: DeliveryKind,
    parts: tuple[PlannedMessage, ...],
    papers: tuple[str, ...],
    edition: Edition,
    *,
    first_empty_notified: bool = False,
) -> DeliveryPlan:
    return DeliveryPlan(
        due.chat.id,
        kind,
        edition.local_day.isoformat(),
        parts,
        papers,
        today.now,
        edition,
        next_digest_at=next_digest_at(due.chat.settings, today.now, edition.local_day),
        last_local_day=edition.local_day,
        supersedes=due.supersedes,
        expires_at=today.now + DIGEST_EXPIRES_AFTER,
        first_empty_notified=first_empty_notified,
        due_at=due.chat.next_digest_at,
    )
