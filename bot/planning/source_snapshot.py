"""What planning must know of the lists and the source, read once for all chats that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.chats import Chat
from bot.due import due_on, local_day
from bot.ingest.list_completeness import late, main_source, midnight_after, settled
from bot.ingest.list_days import is_list_day
from bot.ports import Poll, SourceState, Storage

_DAYS: Final = 7
# A source that nobody has asked since the last good poll is about to be asked: the process has only just started.
_JUST_STARTED: Final = timedelta(hours=12)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Today:
    """``now`` and ``day`` are UTC. ``listed`` counts the papers of the last days, ``polls`` are the good polls of these
    days, ``settled`` those of them that are complete. ``source`` is the one whose silence delays digests. ``asking``:
    this process has only begun and its first question to the sources is on its way."""

    now: datetime
    listed: Mapping[date, int]
    polls: tuple[Poll, ...]
    settled: frozenset[date]
    source: SourceState | None
    asking: bool = False

    @property
    def day(self) -> date:
        return self.now.date()

    @property
    def late(self) -> bool:
        return late(self.source, self.now)

    def listed_since(self, moment: datetime) -> int:
        """How many rows came after ``moment``, on its day or a later one; older days are archive."""
        return sum(poll.new_rows for poll in self.polls if poll.at > moment and poll.day >= moment.date())


async def look_at_today(storage: Storage, now: datetime, *, asking: bool = False) -> Today:
    """Today as the storage knows it, and whether the sources are being asked for the first time."""
    days = [now.date() - timedelta(days=back) for back in range(_DAYS)]
    async with storage.read() as work:
        states = await work.papers.source_states()
        listed = await work.papers.count_listed(days[-1], days[0])
        polls = [poll for state in states for day in days for poll in await work.papers.polls(state.name, day)]
    source = main_source(states)
    complete = {day for day in days if source and settled(day, _of(polls, source.name, day), now)}
    return Today(now, listed, tuple(poll for poll in polls if not poll.problem), frozenset(complete), source, asking)


def _of(polls: Sequence[Poll], source: str, day: date) -> list[Poll]:
    return [poll for poll in polls if poll.source == source and poll.day == day]


def last_digest_at(chat: Chat, today: Today) -> datetime:
    """The moment of the chat's digest before this one; without one, a day ago."""
    before = due_on(chat.settings, chat.last_local_day) if chat.last_local_day else None
    return max(before or today.now - _ONE_DAY, today.now - _DAYS * _ONE_DAY)


def waits(chat: Chat, today: Today) -> bool:
    """Whether a due digest is better sent later: the source is late, or the chat wants a settled list.

    Neither lasts longer than the chat's patience; then the digest goes and says so.
    """
    due = chat.next_digest_at or today.now
    patience = timedelta(minutes=chat.settings.patience_minutes)
    if chat.settings.when_settled and _waits_for_list(due, patience, today):
        return True
    return _waits_for_source(due + patience, today)


def edition_day(chat: Chat, today: Today) -> date:
    """The chat's local date that this digest counts for: today's; that of the due moment where it waited for the list,
    which settles after midnight, so that no day is lost."""
    due = chat.next_digest_at or today.now
    waited = chat.settings.when_settled and today.now - due < 2 * _ONE_DAY
    return local_day(chat.settings, min(due, today.now) if waited else today.now)


def _waits_for_source(until: datetime, today: Today) -> bool:
    if not today.late:
        return False
    if today.asking:  # after days switched off: a source nobody asked has not been silent
        return True
    asked_in_vain = today.source is None or bool(today.source.problem)
    return today.now < (until if asked_in_vain else until + _JUST_STARTED)


def _waits_for_list(due: datetime, patience: timedelta, today: Today) -> bool:
    day = due.date()
    return is_list_day(day) and day not in today.settled and today.now < midnight_after(day) + patience
