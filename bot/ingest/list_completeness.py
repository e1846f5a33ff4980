"""When a list day is complete, when a source is late, and why a digest is empty. Pure; all days and moments are UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.deliveries import EmptyReason
from bot.ingest.list_days import is_list_day
from bot.ports import PollRecord, SourceState
from bot.sources import sources

SOURCE_LATE_AFTER: Final = timedelta(minutes=45)
COMPLETE_FROM: Final = time(16, 0)
MIN_QUIET_POLLS: Final = 4
MIN_QUIET_PERIOD: Final = timedelta(hours=2)


def is_complete(day: date, polls: Sequence[PollRecord], now: datetime) -> bool:
    """Whether no more rows are to be expected on ``day``; ``polls`` are its polls, oldest first.

    At the first good poll after the day is over, or earlier: when it is past 16:00, the day has a row, and the last
    good polls, four at least and over two hours at least, brought no new one. On one recaptured day 4 of 18 rows came
    after 17:08, so the hour alone would be too early.
    """
    good = [poll for poll in polls if not poll.problem]
    if any(poll.at >= midnight_after(day) for poll in good):
        return True
    return (
        now >= datetime.combine(day, COMPLETE_FROM, UTC)
        and any(poll.rows for poll in good)
        and _no_new_rows_lately(good)
    )


def is_source_late(state: SourceState | None, now: datetime, after: timedelta = SOURCE_LATE_AFTER) -> bool:
    """Whether the source's last good poll is older than ``after``, or there never was one."""
    return state is None or state.last_success_at is None or now - state.last_success_at > after


def main_source(states: Sequence[SourceState]) -> SourceState | None:
    """The source whose silence delays a digest: the main one, else the first other one that was ever polled."""
    ranked = sorted(states, key=lambda state: sources().rank(state.name))
    return ranked[0] if ranked else None


@dataclass(frozen=True, slots=True)
class EmptyDayFacts:
    """What is known when nothing is left to send.

    ``listed`` counts the rows that came since the chat's last digest, ``list_complete`` says whether the list of
    ``today`` is, ``already_sent`` whether papers of this time came to the chat by another way.
    """

    today: date
    listed: int
    list_complete: bool
    source_late: bool
    already_sent: bool = False


def classify_empty_day(facts: EmptyDayFacts) -> EmptyReason:
    """Why nothing comes: the first of these that holds."""
    if not facts.listed and not is_list_day(facts.today):
        return EmptyReason.WEEKEND
    if facts.source_late:
        return EmptyReason.SOURCE_DOWN
    if facts.listed:
        return EmptyReason.NOTHING_NEW if facts.already_sent else EmptyReason.NOTHING_MATCHED
    return EmptyReason.NO_LIST if facts.list_complete else EmptyReason.NOT_LISTED_YET


def midnight_after(day: date) -> datetime:
    """The moment (UTC) at which ``day`` is over."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _no_new_rows_lately(good: Sequence[PollRecord]) -> bool:
    quiet: list[PollRecord] = []
    for poll in reversed(good):
        if poll.new_rows:
            break
        quiet.append(poll)
    return len(quiet) >= MIN_QUIET_POLLS and quiet[0].at - quiet[-1].at >= MIN_QUIET_PERIOD
