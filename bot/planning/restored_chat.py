"""What becomes of a chat when an older state of the database is restored: nothing comes twice, no stop is undone. Pure.

What the backup can't know is which digests left after it was made. Where the database that is replaced still opens, its
chat tells; where it does not, every digest that was due since counts as sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatStatus
from bot.due import due_moment_on, local_day, next_digest_at

_ONE_DAY: Final = timedelta(days=1)


def caught_up_chat(chat: Chat, replaced: Chat | None, now: datetime) -> Chat:
    """The restored ``chat`` with the digests that left since the backup counted as sent, at ``now`` (UTC).

    ``replaced`` is the same chat in the database that is replaced, None where that does not open. Papers listed up to
    the day (UTC) of the last digest that left are out; its own day too, since part of its list went with it. What was
    listed after that comes with the next digest. A chat for which no digest was due stays as it is.
    """
    last = _last_digest_at(chat, replaced, now)
    if last is None:
        return chat
    day = local_day(chat.settings, last)
    return replace(
        chat,
        last_local_day=day,
        eligible_from=max(chat.eligible_from, last.astimezone(UTC).date() + _ONE_DAY),
        next_digest_at=next_digest_at(chat.settings, last, day) if chat.next_digest_at else None,
    )


def _last_digest_at(chat: Chat, replaced: Chat | None, now: datetime) -> datetime | None:
    """When the last digest left that the backup does not know of; None where none did."""
    if replaced is None:
        return _last_due_at(chat, now)
    day = replaced.last_local_day
    if day is None or (chat.last_local_day is not None and day <= chat.last_local_day):
        return None
    return min(due_moment_on(chat.settings, day) or now, now)


def _last_due_at(chat: Chat, now: datetime) -> datetime | None:
    """The last moment up to now at which a digest was due, beginning with the one the backup was waiting for."""
    first = chat.next_digest_at
    if first is None or first > now:
        return None
    last = first
    while (following := next_digest_at(chat.settings, last, local_day(chat.settings, last))) <= now:
        last = following
    return last


def chat_with_stops(chat: Chat, replaced: Chat) -> Chat:
    """The restored ``chat`` with what was stopped since the backup: a pause, a mute, a person who was forgotten.

    What was begun since (a resumed chat, a mute taken back) is not carried over: that is what is restored.
    """
    muted = (*chat.settings.muted, *(one for one in replaced.settings.muted if one not in chat.settings.muted))
    stopped = replace(chat, settings=replace(chat.settings, muted=muted), owner=chat.owner if replaced.owner else "")
    if replaced.status is not ChatStatus.PAUSED:
        return stopped
    return replace(
        stopped,
        status=ChatStatus.PAUSED,
        pause_reason=replaced.pause_reason,
        paused_until=replaced.paused_until,
        next_digest_at=None,
    )
