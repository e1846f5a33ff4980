"""Whether a chat is notified of an empty digest, and how. Pure.

On real days 39 % of all digests are empty, for a rare topic 97 %, so silence is the rule: one notice after the first
subscription, then a quiet Friday, or as the chat chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from bot.chats import Chat, EmptyDigestPolicy
from bot.deliveries import Edition, EmptyReason

FRIDAY: Final = 4
_WEEK: Final = timedelta(days=7)


class EmptyNotice(StrEnum):
    """Which notice a chat gets on an empty day."""

    NONE = "none"
    FIRST = "first"  # once, so that the first silence is not taken for a fault
    DAILY = "daily"
    WEEKLY = "weekly"
    SOURCE = "source"  # a digest was due and the source is down


def empty_notice_for(
    chat: Chat, reason: EmptyReason, local_day: date, recent_editions: Sequence[Edition], *, list_day: bool = True
) -> EmptyNotice:
    """The notice for this empty day; ``recent_editions`` are the chat's of the last week, newest first. ``list_day``:
    whether lists come on this day (UTC) at all; a late row of an earlier one does not make it such a day.

    Groups and channels never get one, nobody does at weekends and on holidays, and an outage is notified once.
    """
    if not chat.kind.personal or chat.settings.empty_digest_policy is EmptyDigestPolicy.NEVER:
        return EmptyNotice.NONE
    if not list_day:
        return _weekly_notice(chat, reason, local_day, recent_editions)
    match reason:
        case EmptyReason.SOURCE_DOWN:
            notified = recent_editions[:1] and recent_editions[0].empty_reason is EmptyReason.SOURCE_DOWN
            return EmptyNotice.NONE if notified else EmptyNotice.SOURCE
        case EmptyReason.WEEKEND | EmptyReason.NOTHING_NEW:
            return EmptyNotice.NONE
        case EmptyReason.NOTHING_MATCHED if not chat.first_empty_notified:
            return EmptyNotice.FIRST
    if chat.settings.empty_digest_policy is EmptyDigestPolicy.DAILY and reason is not EmptyReason.NO_LIST:
        return EmptyNotice.DAILY
    return _weekly_notice(chat, reason, local_day, recent_editions)


def _weekly_notice(chat: Chat, reason: EmptyReason, local_day: date, recent_editions: Sequence[Edition]) -> EmptyNotice:
    """For chats that are due at weekends alone, the week ends there; by a weekend's own silence it never does."""
    if reason in (EmptyReason.WEEKEND, EmptyReason.NOTHING_NEW, EmptyReason.SOURCE_DOWN):
        return EmptyNotice.NONE
    return EmptyNotice.WEEKLY if _is_quiet_week(chat, reason, local_day, recent_editions) else EmptyNotice.NONE


def is_last_day_of_week(chat: Chat, local_day: date) -> bool:
    """Whether the day is the chat's Friday: Friday, or the last day before it that the chat is due on."""
    working = [day for day in chat.settings.days if day <= FRIDAY]
    return local_day.weekday() == max(working or chat.settings.days, default=FRIDAY)


def _is_quiet_week(chat: Chat, reason: EmptyReason, local_day: date, recent_editions: Sequence[Edition]) -> bool:
    """Lists came, none of their papers matched, and the week is over."""
    week = [edition for edition in recent_editions if edition.local_day > local_day - _WEEK]
    reasons = {reason, *(edition.empty_reason for edition in week)}
    return (
        is_last_day_of_week(chat, local_day)
        and EmptyReason.NOTHING_MATCHED in reasons
        and not any(edition.paper_count for edition in week)
    )
