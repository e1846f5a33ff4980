"""When a chat's next digest is due. Pure; moments are compared in UTC only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.chats import EVERY_DAY, Chat, ChatSettings, ChatStatus
from bot.errors import UnavailableReason

_CATCH_UP: Final = timedelta(days=7)


def resume_chat(chat: Chat, now: datetime, *, follows: bool) -> Chat:
    """The chat as active again; ``follows``: it has a topic, so there is a next digest.

    After a pause papers count from today. A chat that only waited for its new bot gets what the last days listed.
    """
    moved = chat.pause_reason == UnavailableReason.MOVED
    return replace(
        chat,
        status=ChatStatus.ACTIVE,
        pause_reason="",
        paused_until=None,
        eligible_from=max(chat.eligible_from, now.date() - _CATCH_UP) if moved else now.date(),
        next_digest_at=next_digest_at(chat.settings, now, chat.last_local_day) if follows else None,
    )


# Telegram tells no zone. At this moment nobody from Los Angeles to Tokyo is asleep.
DEFAULT_UTC_HOUR: Final = time(13, 0)
QUIET_HOURS_START: Final = time(22, 0)
QUIET_HOURS_END: Final = time(8, 0)

_ONE_DAY = timedelta(days=1)
_DAYS_SEARCHED = 15  # a weekday comes round in 7 days, also beside a day that a zone leaves out


def next_digest_at(settings: ChatSettings, after: datetime, last_local_day: date | None) -> datetime:
    """The first due moment (UTC) after ``after`` whose local date is later than ``last_local_day``.

    A local time that a clock change leaves out means the moment after the gap, one that comes twice means the first
    (PEP 495). Without a zone digests are due at 13:00 UTC.
    """
    day = local_day(settings, after)
    if last_local_day is not None:
        day = max(day, last_local_day + _ONE_DAY)
    days = (day + timedelta(days=ahead) for ahead in range(_DAYS_SEARCHED))
    moments = (due_moment_on(settings, day) for day in days if day.weekday() in (settings.days or EVERY_DAY))
    return next(moment for moment in moments if moment is not None and moment > after)


def due_moment_on(settings: ChatSettings, day: date) -> datetime | None:
    """The due moment (UTC) of a local day; None for a day that the zone leaves out."""
    zone = _zone(settings)
    if zone is None:
        return datetime.combine(day, DEFAULT_UTC_HOUR, tzinfo=UTC)
    moments = (_to_utc(day, settings.hour, zone, fold) for fold in (0, 1))
    # A clock change before midnight would carry the moment into the next day: then the side before the gap.
    return next((moment for moment in moments if moment.astimezone(zone).date() == day), None)


def local_day(settings: ChatSettings, moment: datetime) -> date:
    """The date in the chat's zone at ``moment``; without a zone the date in UTC."""
    return moment.astimezone(_zone(settings) or UTC).date()


def in_quiet_hours(settings: ChatSettings, moment: datetime) -> bool:
    """Whether it is between 22:00 and 08:00 in the chat's zone; without a zone: in UTC."""
    hour = moment.astimezone(_zone(settings) or UTC).time()
    return hour >= QUIET_HOURS_START or hour < QUIET_HOURS_END


def digest_hour(settings: ChatSettings) -> time:
    """The hour at which digests leave, in the chat's zone, or in UTC where none is chosen."""
    return settings.hour if _zone(settings) else DEFAULT_UTC_HOUR


def _to_utc(day: date, hour: time, zone: ZoneInfo, fold: int) -> datetime:
    return datetime.combine(day, hour.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _zone(settings: ChatSettings) -> ZoneInfo | None:
    """None also for a name that this machine's zone table no longer has: a digest at 13:00 UTC is better than none."""
    if not settings.zone:
        return None
    try:
        return ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder
        return None
