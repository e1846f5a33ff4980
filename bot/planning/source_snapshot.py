"""What planning must know of the lists and the source, read once for all chats that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.chats import Chat
from bot.due import due_moment_on, local_day
from bot.ingest.list_completeness import is_complete, is_source_late, main_source, midnight_after
from bot.ingest.list_days import is_list_day
from bot.ports import PollRecord, SourceState, Storage

_SNAPSHOT_DAYS: Final = 7
# A source that nobody has asked since the last good poll is about to be asked: the process has only just started.
_STARTUP_GRACE: Final = timedelta(hours=12)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceSnapshot:
    """``now`` and ``day`` are UTC. ``listed`` counts the papers of the last days, ``polls`` are the polls of these days
    that were good or brought something new, ``complete_days`` those with a complete list. ``source`` is the one whose
    silence delays digests. ``first_poll_pending``: this process has only begun and its first poll is on its
    way."""

    now: datetime
    listed: Mapping[date, int]
    polls: tuple[PollRecord, ...]
    complete_days: frozenset[date]
    source: SourceState | None
    first_poll_pending: bool = False

    @property
    def day(self) -> date:
        return self.now.date()

    @property
    def source_late(self) -> bool:
        return is_source_late(self.source, self.now)

    def listed_since(self, moment: datetime) -> int:
        """How many rows came after ``moment``, on its day or a later one; older days are archive."""
        return sum(poll.new_rows for poll in self.polls if poll.at > moment and poll.day >= moment.date())


async def load_snapshot(storage: Storage, now: datetime, *, first_poll_pending: bool = False) -> SourceSnapshot:
    """Today as the storage knows it, and whether the sources are being asked for the first time."""
    days = [now.date() - timedelta(days=back) for back in range(_SNAPSHOT_DAYS)]
    async with storage.read() as work:
        states = await work.papers.source_states()
        listed = await work.papers.count_listed(days[-1], days[0])
        polls = [poll for state in states for day in days for poll in await work.papers.polls(state.name, day)]
    source = main_source(states)
    complete = {day for day in days if source and is_complete(day, _polls_of(polls, source.name, day), now)}
    return SourceSnapshot(
        now,
        listed,
        tuple(poll for poll in polls if not poll.problem or poll.new_rows),
        frozenset(complete),
        source,
        first_poll_pending,
    )


def _polls_of(polls: Sequence[PollRecord], source: str, day: date) -> list[PollRecord]:
    return [poll for poll in polls if poll.source == source and poll.day == day]


def previous_digest_at(chat: Chat, snapshot: SourceSnapshot) -> datetime:
    """The moment of the chat's digest before this one; without one, a day ago."""
    before = due_moment_on(chat.settings, chat.last_local_day) if chat.last_local_day else None
    return max(before or snapshot.now - _ONE_DAY, snapshot.now - _SNAPSHOT_DAYS * _ONE_DAY)


def should_wait(chat: Chat, snapshot: SourceSnapshot) -> bool:
    """Whether a due digest is better sent later: the source is late, or the chat wants a complete list.

    Neither lasts longer than the chat's source grace; then the digest goes and says so.
    """
    due = chat.next_digest_at or snapshot.now
    grace = timedelta(minutes=chat.settings.source_grace_minutes)
    if chat.settings.wait_for_complete_list and _should_wait_for_list(due, grace, snapshot):
        return True
    return _should_wait_for_source(due + grace, snapshot)


def digest_day(chat: Chat, snapshot: SourceSnapshot) -> date:
    """The chat's local date that this digest counts for: today's; that of the due moment where it waited for the list,
    which is complete after midnight at the latest, so that no day is lost."""
    due = chat.next_digest_at or snapshot.now
    waited = chat.settings.wait_for_complete_list and snapshot.now - due < 2 * _ONE_DAY
    return local_day(chat.settings, min(due, snapshot.now) if waited else snapshot.now)


def _should_wait_for_source(until: datetime, snapshot: SourceSnapshot) -> bool:
    if not snapshot.source_late:
        return False
    if snapshot.first_poll_pending:  # after days switched off: a source nobody asked has not been silent
        return True
    asked_in_vain = snapshot.source is None or snapshot.source.failing_since is not None
    return snapshot.now < (until if asked_in_vain else until + _STARTUP_GRACE)


def _should_wait_for_list(due: datetime, grace: timedelta, snapshot: SourceSnapshot) -> bool:
    day = due.date()
    return is_list_day(day) and day not in snapshot.complete_days and snapshot.now < midnight_after(day) + grace
