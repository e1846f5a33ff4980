"""When digests come: the hour, pausing and resuming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chats import Chat, ChatSettings, ChatStatus
from bot.commands.core.chat_updates import change_in, scheduled
from bot.commands.core.command import Asked, Command, with_argument
from bot.commands.papers.missed import missed_papers
from bot.commands.settings.schedule_parsing import Wish, read_wish
from bot.commands.subscriptions.topic_list import when_next
from bot.commands.ui.buttons import button, primary, rows
from bot.commands.ui.date_parsing import coming_day
from bot.commands.ui.dates import rhythm_words, zone_name
from bot.commands.ui.timezones import likely_zones
from bot.due import local_day
from bot.errors import UserMistake
from bot.i18n import Sentence, say
from bot.views import Block, Button, Line, Question, SmallPrint, View

HOURS = ("07:00", "09:00", "18:00")


async def when(asked: Asked) -> View:
    """Sets hour, zone or days, in any order; without any shows what is set."""
    if not asked.argument:
        return _what_is_set(asked)
    wish = read_wish(asked.argument)
    async with asked.services.storage.write() as work:
        follows = bool(await work.topics.of_chat(asked.chat.id))

        def change(chat: Chat) -> Chat:
            return scheduled(replace(chat, settings=wish.applied(chat.settings)), asked.now, follows=follows)

        chat = await change_in(work, asked.chat, change)
        await work.commit()
    return _set(asked, chat, wish, follows)


def _what_is_set(asked: Asked) -> View:
    settings = asked.chat.settings
    question = Question(
        say("Digests come <b>{rhythm}</b>. When do you want them?", rhythm=rhythm_words(settings)),
        "when",
        say("for example: 09:00 Berlin weekdays"),
    )
    return View((question, rows(*_choices(asked))))


def _choices(asked: Asked) -> list[tuple[Button, ...]]:
    """Pressed, they change it in the same message, which then shows all that can be set."""
    days = (button(say("Weekdays"), "settings days weekdays"), button(say("Every day"), "settings days daily"))
    other_city, other_hour = button(say("Another city"), "settings zone"), button(say("Another hour"), "settings hour")
    if not asked.chat.settings.zone:
        return [*_zone_choices(asked, "09:00", "settings when"), (other_city,), days]
    hours = [button(say("{hour}", hour=hour), f"settings hour {hour}") for hour in HOURS]
    settled = button(say("When the list is complete"), "settings complete wait")
    return [tuple(hours), (other_hour, other_city), days, (settled,)]


def _zone_choices(asked: Asked, hour: str, command: str = "when") -> list[tuple[Button, ...]]:
    """Three likely places, one a row: hour and city have to be readable."""
    return [
        (button(say("{hour} in {city}", hour=hour, city=zone_name(zone)), f"{command} {hour} {zone}"),)
        for zone in likely_zones(asked.call.language)
    ]


def _set(asked: Asked, chat: Chat, wish: Wish, follows: bool) -> View:
    settings = chat.settings
    blocks: list[Block] = [Line(_now_set(settings, wish))]
    if follows or chat.status is ChatStatus.PAUSED:
        blocks.append(Line(when_next(chat, asked)))
    else:
        blocks.append(SmallPrint(say("They begin once a topic is followed.")))
    choices = _zone_choices(asked, f"{settings.hour:%H:%M}") if not settings.zone else []
    return View((*blocks, rows(*choices, [button(say("Settings"), "settings"), button(say("Topics"), "topics")])))


def _now_set(settings: ChatSettings, wish: Wish) -> Sentence:
    if settings.zone or wish.hour is None:
        return say("✓ Digests come <b>{rhythm}</b>.", rhythm=rhythm_words(settings))
    return say(
        "{hour} by which city’s clock? Until you choose one, digests come <b>{rhythm}</b>.",
        hour=wish.hour,
        rhythm=rhythm_words(settings),
    )


async def pause(asked: Asked) -> View:
    """Stops digests until a day, or until resumed."""
    until = _until(asked) if asked.argument else None
    async with asked.services.storage.write() as work:

        def change(chat: Chat) -> Chat:
            paused = replace(chat, status=ChatStatus.PAUSED, paused_because="", paused_until=until)
            return scheduled(paused, asked.now, follows=True)

        chat = await change_in(work, asked.chat, change)
        await work.commit()
    resume = [primary(say("Resume"), "resume")]
    if until is None:
        line = say("Paused. No digest comes until you resume; topics and settings are kept.")
        spans = [button(say("For a week"), "pause 1 week"), button(say("Two weeks"), "pause 2 weeks")]
        return View((Line(line), rows(resume, spans)))
    back = local_day(chat.settings, until)
    return View((Line(say("Paused until {day}; topics and settings are kept.", day=back)), rows(resume)))


def _until(asked: Asked) -> datetime:
    """The beginning of the day that is meant, on the chat's clock. Raises UserMistake."""
    settings = asked.chat.settings
    day = coming_day(asked.argument, local_day(settings, asked.now))
    if day is None:
        raise UserMistake(
            say(
                "I can’t read <b>{text}</b> as a day to come. Write a date or a span, or nothing to pause until you "
                "resume.",
                text=asked.argument,
            ),
            text=asked.argument,
            suggestions=("pause 1 week", "pause monday", "pause"),
        )
    return datetime.combine(day, time(), ZoneInfo(settings.zone or "UTC")).astimezone(UTC)


async def resume(asked: Asked) -> View:
    """Digests come again, of what is listed from today on; what was missed is a button."""
    before = asked.chat
    if before.status is ChatStatus.ACTIVE:
        return View((Line(say("Nothing is paused. {next}", next=when_next(before, asked))),))
    async with asked.services.storage.write() as work:
        follows = bool(await work.topics.of_chat(before.id))

        def change(chat: Chat) -> Chat:
            active = replace(
                chat, status=ChatStatus.ACTIVE, paused_because="", paused_until=None, counting_from=asked.today
            )
            return scheduled(active, asked.now, follows=follows)

        chat = await change_in(work, before, change)
        await work.commit()
    yesterday = asked.today - timedelta(days=1)
    missed = await missed_papers(asked, before.counting_from, yesterday)
    show = button(say("What you missed ({n})", n=len(missed)), f"missed {before.counting_from} {yesterday}")
    return _resumed(asked, chat, follows, [show] if missed else [button(say("Topics"), "topics")])


def _resumed(asked: Asked, chat: Chat, follows: bool, row: Sequence[Button]) -> View:
    if not follows:
        line = say("Digests are on again. They begin once a topic is followed.")
        return View((Line(line), rows([button(say("Choose topics"), "start")])))
    line = say("✓ Digests come again. {next}", next=when_next(chat, asked))
    return View((Line(line), rows(row)))


COMMANDS = (
    Command(
        "when",
        say("hour, time zone and days of the digest"),
        when,
        argument="[HH:MM] [ZONE] [DAYS]",
        examples=("when 09:00 Europe/Berlin", "when 18:30 weekdays", "when mon,wed,fri", "when settled"),
        changes=with_argument,
        private=True,
        menu=True,
    ),
    Command(
        "pause",
        say("stop digests for a while"),
        pause,
        argument="[UNTIL]",
        examples=("pause", "pause 2 weeks", "pause 1 Sep"),
        changes=True,
        private=True,
        menu=True,
    ),
    Command("resume", say("let digests come again"), resume, changes=True, private=True),
)
