"""Whether a chat hears that nothing came. Pure.

On real days 39 % of all digests are empty, for a rare topic 97 %, so silence is the rule: one word after the first
subscription, then a quiet Friday, or as the chat chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from bot.chats import Chat, EmptyNote
from bot.deliveries import Edition, EmptyReason

FRIDAY: Final = 4
_WEEK: Final = timedelta(days=7)


class Telling(StrEnum):
    """Which word a chat gets on an empty day."""

    NONE = "none"
    FIRST = "first"  # once, so that the first silence is not taken for a fault
    DAILY = "daily"
    WEEKLY = "weekly"
    SOURCE = "source"  # a digest was due and the source is down


def telling(chat: Chat, reason: EmptyReason, local_day: date, before: Sequence[Edition]) -> Telling:
    """The word for this empty day; ``before`` are the chat's editions of the last week, newest first.

    Groups and channels never hear of it, nobody does at weekends and on holidays, and an outage is told once.
    """
    if not chat.kind.personal or chat.settings.empty_note is EmptyNote.NEVER:
        return Telling.NONE
    match reason:
        case EmptyReason.SOURCE_DOWN:
            told = before[:1] and before[0].empty is EmptyReason.SOURCE_DOWN
            return Telling.NONE if told else Telling.SOURCE
        case EmptyReason.WEEKEND | EmptyReason.NOTHING_NEW:
            return Telling.NONE
        case EmptyReason.NOTHING_MATCHED if not chat.first_empty_told:
            return Telling.FIRST
    if chat.settings.empty_note is EmptyNote.DAILY and reason is not EmptyReason.NO_LIST:
        return Telling.DAILY
    return Telling.WEEKLY if _quiet_week(chat, reason, local_day, before) else Telling.NONE


def ends_week(chat: Chat, local_day: date) -> bool:
    """Whether the day is the chat's Friday: Friday, or the last day before it that the chat is due on."""
    working = [day for day in chat.settings.days if day <= FRIDAY]
    return local_day.weekday() == max(working or chat.settings.days, default=FRIDAY)


def _quiet_week(chat: Chat, reason: EmptyReason, local_day: date, before: Sequence[Edition]) -> bool:
    """Lists came, none of their papers matched, and the week is over."""
    week = [edition for edition in before if edition.local_day > local_day - _WEEK]
    reasons = {reason, *(edition.empty for edition in week)}
    return (
        ends_week(chat, local_day)
        and EmptyReason.NOTHING_MATCHED in reasons
        and not any(edition.papers for edition in week)
    )
