"""Moments as people say them, in the chat's own zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chats import EVERY_DAY, WEEKDAYS, Chat, ChatSettings
from bot.due import shown_hour
from bot.i18n import Listing, Sentence, Value, listing, say, say_n

WEEKDAY_NAMES = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))


def zone_name(zone: str) -> str:
    """The short name of an IANA zone: ``America/New_York`` is *New York*, none is *UTC*."""
    return zone.rpartition("/")[2].replace("_", " ") or "UTC"


def local(moment: datetime, settings: ChatSettings) -> datetime:
    """``moment`` on the chat's clock; on UTC's while no zone is chosen."""
    return moment.astimezone(ZoneInfo(settings.zone or "UTC"))


def day_words(day: date, today: date) -> Sentence:
    """*today*, *tomorrow*, *yesterday*, else the day; both in the same zone."""
    match (day - today).days:
        case 0:
            return say("today")
        case 1:
            return say("tomorrow")
        case -1:
            return say("yesterday")
    return say("{day}", day=plain_day(day, today))


def plain_day(day: date, today: date) -> Value:
    """*Tue 18 Aug*; with its year where that is not this one: *2020-01-01*."""
    return day if day.year == today.year else day.isoformat()


def moment_words(moment: datetime, settings: ChatSettings, now: datetime) -> Sentence:
    """*tomorrow 09:00* in the chat's zone, *tomorrow 13:00 UTC* while it has none."""
    there = local(moment, settings)
    day = day_words(there.date(), local(now, settings).date())
    if settings.zone:
        return say("{day} {time}", day=day, time=there.time())
    return say("{day} {time} UTC", day=day, time=there.time())


def days_words(days: frozenset[int]) -> Sentence:
    """*daily*, *weekdays*, or the days by name."""
    if days == EVERY_DAY:
        return say("daily")
    if days == WEEKDAYS:
        return say("weekdays")
    return say("{days}", days=listing(WEEKDAY_NAMES[day] for day in sorted(days)))


def rhythm_words(settings: ChatSettings) -> Sentence:
    """When digests come: *daily 09:00 Berlin*."""
    days = days_words(settings.days)
    if not settings.zone:
        return say("{days} {hour} UTC", days=days, hour=shown_hour(settings))
    if settings.when_settled:
        return say(
            "{days}, when the list is complete, not before {hour} {zone}",
            days=days,
            hour=settings.hour,
            zone=zone_name(settings.zone),
        )
    return say("{days} {hour} {zone}", days=days, hour=settings.hour, zone=zone_name(settings.zone))


def next_digest_words(chat: Chat, now: datetime) -> Sentence:
    """One sentence on when the next digest comes, or why none does."""
    if chat.next_digest_at is None:
        return say("No digest is planned.")
    return say("Next digest: {moment}.", moment=moment_words(chat.next_digest_at, chat.settings, now))


def ago_words(moment: datetime | None, now: datetime) -> Sentence:
    """*4 minutes ago*."""
    if moment is None:
        return say("never")
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return say("just now")
    if minutes < 120:
        return say_n("a minute ago", "{n} minutes ago", minutes)
    if minutes < 48 * 60:
        return say_n("an hour ago", "{n} hours ago", minutes // 60)
    return say_n("a day ago", "{n} days ago", minutes // (24 * 60))


def days_back(last: date, count: int) -> tuple[date, ...]:
    """``count`` days up to ``last``, oldest first."""
    return tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))


def enumerated(items: list[Value]) -> Listing:
    """Parts of one line, with a dot between them."""
    return listing(items, " · ")
