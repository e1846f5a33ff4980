"""When digests come: the hour, pausing and resuming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chats import Chat, ChatSettings, ChatStatus
from bot.commands.core.chat_updates import update_chat_in, with_next_digest
from bot.commands.core.command import Command, CommandContext, has_argument
from bot.commands.papers.missed import missed_papers
from bot.commands.settings.restoring import restore, restore_command
from bot.commands.settings.schedule_parsing import ScheduleChange, parse_schedule
from bot.commands.subscriptions.topic_list import next_digest_note
from bot.commands.ui.buttons import button, button_rows, primary_button
from bot.commands.ui.date_parsing import parse_future_day
from bot.commands.ui.dates import format_schedule, zone_name
from bot.commands.ui.timezones import suggested_zones
from bot.due import local_day
from bot.errors import InputError
from bot.i18n import LazyText, t
from bot.views import Block, Button, Footer, Prompt, TextBlock, View

SUGGESTED_HOURS = ("07:00", "09:00", "18:00")


async def when(context: CommandContext) -> View:
    """Sets hour, zone or days, in any order; without any shows what is set."""
    if not context.argument:
        return _schedule_view(context)
    wish = parse_schedule(context.argument, context.now)
    async with context.services.storage.write() as work:
        follows = bool(await work.subscriptions.of_chat(context.chat.id))

        def change(chat: Chat) -> Chat:
            return with_next_digest(replace(chat, settings=wish.apply_to(chat.settings)), context.now, follows=follows)

        chat = await update_chat_in(work, context.chat, change)
        await work.commit()
    return _with_undo(_apply_schedule(context, chat, wish, follows), context)


def _with_undo(view: View, context: CommandContext) -> View:
    """The answer with a button that brings back what was set before."""
    return replace(view, blocks=(*view.blocks, button_rows([button(t("Undo"), restore_command(context.chat))])))


def _schedule_view(context: CommandContext) -> View:
    settings = context.chat.settings
    question = Prompt(
        t("Digests come <b>{rhythm}</b>. When do you want them?", rhythm=format_schedule(settings)),
        "when",
        t("for example: 09:00 Berlin weekdays"),
    )
    return View((question, button_rows(*_schedule_buttons(context))))


def _schedule_buttons(context: CommandContext) -> list[tuple[Button, ...]]:
    """Pressed, they change it in the same message, which then shows all that can be set."""
    days = (
        button(t("Weekdays"), "settings days weekdays"),
        button(t("Every day"), "settings days daily"),
        button(t("Weekly"), "settings days weekly"),
    )
    other_city, other_hour = button(t("Another city"), "settings zone"), button(t("Another hour"), "settings hour")
    if not context.chat.settings.zone:
        return [*_zone_buttons(context, "09:00", "settings when"), (other_city,), days]
    hours = [button(t("{hour}", hour=hour), f"settings hour {hour}") for hour in SUGGESTED_HOURS]
    settled = button(t("When the list is complete"), "settings complete wait")
    return [tuple(hours), (other_hour, other_city), days, (settled,)]


def _zone_buttons(context: CommandContext, hour: str, command: str = "when") -> list[tuple[Button, ...]]:
    """Three likely places, one a row: hour and city have to be readable."""
    return [
        (button(t("{hour} in {city}", hour=hour, city=zone_name(zone)), f"{command} {hour} {zone}"),)
        for zone in suggested_zones(context.call.language)
    ]


def _apply_schedule(context: CommandContext, chat: Chat, wish: ScheduleChange, follows: bool) -> View:
    settings = chat.settings
    blocks: list[Block] = [TextBlock(_schedule_sentence(settings, wish))]
    if len(settings.days) == 1 and wish.days is not None:
        blocks.append(TextBlock(t("Once a week, with every paper since the digest before.")))
    if follows or chat.status is ChatStatus.PAUSED:
        blocks.append(TextBlock(next_digest_note(chat, context)))
    else:
        blocks.append(Footer(t("They begin once a topic is followed.")))
    choices = _zone_buttons(context, f"{settings.hour:%H:%M}") if not settings.zone else []
    return View((*blocks, button_rows(*choices, [button(t("Settings"), "settings"), button(t("Topics"), "topics")])))


def _schedule_sentence(settings: ChatSettings, wish: ScheduleChange) -> LazyText:
    if settings.zone or wish.hour is None:
        return t("✓ Digests come <b>{rhythm}</b>.", rhythm=format_schedule(settings))
    return t(
        "{hour} by which city’s clock? Until you choose one, digests come <b>{rhythm}</b>.",
        hour=wish.hour,
        rhythm=format_schedule(settings),
    )


async def pause(context: CommandContext) -> View:
    """Stops digests until a day, or until resumed."""
    until = _parse_pause_end(context) if context.argument else None
    async with context.services.storage.write() as work:

        def change(chat: Chat) -> Chat:
            paused = replace(chat, status=ChatStatus.PAUSED, pause_reason="", paused_until=until)
            return with_next_digest(paused, context.now, follows=True)

        chat = await update_chat_in(work, context.chat, change)
        await work.commit()
    resume = [primary_button(t("Resume"), "resume")]
    undo = button(t("Undo"), restore_command(context.chat))
    if until is None:
        line = t("Paused. No digest comes until you resume; topics and settings are kept.")
        spans = [button(t("For a week"), "pause 1 week"), button(t("Two weeks"), "pause 2 weeks")]
        return View((TextBlock(line), button_rows(resume, spans, [undo])))
    back = local_day(chat.settings, until)
    return View(
        (TextBlock(t("Paused until {day}; topics and settings are kept.", day=back)), button_rows([*resume, undo]))
    )


def _parse_pause_end(context: CommandContext) -> datetime:
    """The beginning of the day that is meant, on the chat's clock. Raises InputError."""
    settings = context.chat.settings
    day = parse_future_day(context.argument, local_day(settings, context.now))
    if day is None:
        raise InputError(
            t(
                "I can’t read <b>{text}</b> as a day to come. Write a date or a span, or nothing to pause until you "
                "resume.",
                text=context.argument,
            ),
            input=context.argument,
            suggestions=("pause 1 week", "pause monday", "pause"),
        )
    return datetime.combine(day, time(), ZoneInfo(settings.zone or "UTC")).astimezone(UTC)


async def resume(context: CommandContext) -> View:
    """Digests come again, of what is listed from today on; what was missed is a button."""
    before = context.chat
    if before.status is ChatStatus.ACTIVE:
        return View((TextBlock(t("Nothing is paused. {next}", next=next_digest_note(before, context))),))
    async with context.services.storage.write() as work:
        follows = bool(await work.subscriptions.of_chat(before.id))

        def change(chat: Chat) -> Chat:
            active = replace(
                chat, status=ChatStatus.ACTIVE, pause_reason="", paused_until=None, eligible_from=context.today
            )
            return with_next_digest(active, context.now, follows=follows)

        chat = await update_chat_in(work, before, change)
        await work.commit()
    yesterday = context.today - timedelta(days=1)
    missed = await missed_papers(context, before.eligible_from, yesterday)
    show = button(t("What you missed ({n})", n=len(missed)), f"missed {before.eligible_from} {yesterday}")
    row = [show] if missed else [button(t("Topics"), "topics")]
    return _with_undo(_resumed_view(context, chat, follows, row), context)


def _resumed_view(context: CommandContext, chat: Chat, follows: bool, row: Sequence[Button]) -> View:
    if not follows:
        line = t("Digests are on again. They begin once a topic is followed.")
        return View((TextBlock(line), button_rows([button(t("Choose topics"), "start")])))
    line = t("✓ Digests come again. {next}", next=next_digest_note(chat, context))
    return View((TextBlock(line), button_rows(row)))


COMMANDS = (
    Command(
        "when",
        t("hour, time zone and days of the digest"),
        when,
        argument="[HH:MM] [ZONE] [DAYS]",
        examples=("when 09:00 Europe/Berlin", "when 18:30 weekdays", "when mon,wed,fri", "when weekly", "when settled"),
        changes=has_argument,
        private=True,
        menu=True,
    ),
    Command(
        "pause",
        t("stop digests for a while"),
        pause,
        argument="[UNTIL]",
        examples=("pause", "pause 2 weeks", "pause 1 Sep"),
        changes=True,
        private=True,
        menu=True,
    ),
    Command("restore", t("bring back when digests came before"), restore, changes=True, hidden=True, private=True),
    Command("resume", t("let digests come again"), resume, changes=True, private=True),
)
