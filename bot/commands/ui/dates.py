"""Moments as people say them, in the chat's own zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chats import EVERY_DAY, WEEKDAYS, Chat, ChatSettings
from bot.due import digest_hour
from bot.i18n import LazyText, TextValue, join_texts, t, tn

WEEKDAY_NAMES = (t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun"))


def zone_name(zone: str) -> str:
    """The short name of an IANA zone: ``America/New_York`` is *New York*, none is *UTC*."""
    return zone.rpartition("/")[2].replace("_", " ") or "UTC"


def in_chat_zone(moment: datetime, settings: ChatSettings) -> datetime:
    """``moment`` on the chat's clock; on UTC's while no zone is chosen."""
    return moment.astimezone(ZoneInfo(settings.zone or "UTC"))


def relative_day(day: date, today: date) -> LazyText:
    """*today*, *tomorrow*, *yesterday*, else the day; both in the same zone."""
    match (day - today).days:
        case 0:
            return t("today")
        case 1:
            return t("tomorrow")
        case -1:
            return t("yesterday")
    return t("{day}", day=short_date(day, today))


def short_date(day: date, today: date) -> TextValue:
    """*Tue 18 Aug*; with its year where that is not this one: *2020-01-01*."""
    return day if day.year == today.year else day.isoformat()


def format_moment(moment: datetime, settings: ChatSettings, now: datetime) -> LazyText:
    """*tomorrow 09:00* in the chat's zone, *tomorrow 13:00 UTC* while it has none."""
    there = in_chat_zone(moment, settings)
    day = relative_day(there.date(), in_chat_zone(now, settings).date())
    if settings.zone:
        return t("{day} {time}", day=day, time=there.time())
    return t("{day} {time} UTC", day=day, time=there.time())


def format_weekdays(days: frozenset[int]) -> LazyText:
    """*daily*, *weekdays*, or the days by name."""
    if days == EVERY_DAY:
        return t("daily")
    if days == WEEKDAYS:
        return t("weekdays")
    return t("{days}", days=join_texts(WEEKDAY_NAMES[day] for day in sorted(days)))


def format_schedule(settings: ChatSettings) -> LazyText:
    """When digests come: *daily 09:00 Berlin*."""
    days = format_weekdays(settings.days)
    if not settings.zone:
        return t("{days} {hour} UTC", days=days, hour=digest_hour(settings))
    if settings.wait_for_complete_list:
        return t(
            "{days}, when the list is complete, not before {hour} {zone}",
            days=days,
            hour=settings.hour,
            zone=zone_name(settings.zone),
        )
    return t("{days} {hour} {zone}", days=days, hour=settings.hour, zone=zone_name(settings.zone))


def next_digest_sentence(chat: Chat, now: datetime) -> LazyText:
    """One sentence on when the next digest comes, or why none does."""
    if chat.next_digest_at is None:
        return t("No digest is planned.")
    return t("Next digest: {moment}.", moment=format_moment(chat.next_digest_at, chat.settings, now))


def format_age(moment: datetime | None, now: datetime) -> LazyText:
    """*4 minutes ago*."""
    if moment is None:
        return t("never")
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return t("just now")
    if minutes < 120:
        return tn("a minute ago", "{n} minutes ago", minutes)
    if minutes < 48 * 60:
        return tn("an hour ago", "{n} hours ago", minutes // 60)
    return tn("a day ago", "{n} days ago", minutes // (24 * 60))


def days_up_to(last: date, count: int) -> tuple[date, ...]:
    """``count`` days up to ``last``, oldest first."""
    return tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))
