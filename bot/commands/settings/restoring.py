"""Taking back a change of when digests come: the values before are in the command of the Undo button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from bot.chats import Chat, ChatSettings, ChatStatus
from bot.commands.core.chat_updates import update_chat_in, with_next_digest
from bot.commands.core.command import CommandContext
from bot.commands.settings.values import DEFAULTS_KEY, select_setting, setting_values
from bot.commands.ui.buttons import button, button_rows
from bot.commands.ui.dates import format_schedule
from bot.errors import InputError
from bot.i18n import t
from bot.views import TextBlock, View

_NONE = "-"


def restore_command(before: Chat) -> str:
    """``restore HH:MM ZONE DAYS WAIT STATUS UNTIL ELIGIBLE``: when digests came and whether they did; ``-`` is nothing.
    ``UNTIL`` is an ISO 8601 moment in UTC."""
    settings = before.settings
    days = "".join(map(str, sorted(settings.days)))
    until = before.paused_until.isoformat() if before.paused_until else _NONE
    waits = "wait" if settings.wait_for_complete_list else "go"
    status = "paused" if before.status is ChatStatus.PAUSED else "active"
    return (
        f"restore {settings.hour:%H:%M} {settings.zone or _NONE} {days} {waits} {status} {until} {before.eligible_from}"
    )


def undo_setting_command(argument: str, before: Chat) -> str:
    """What takes the change of one setting back; of ``defaults again`` that of them all: behind the seven values stand
    ``KEY=VALUE``."""
    key = argument.partition(" ")[0].casefold()
    values = setting_values(before.settings)
    if key in values:
        return f"settings {key} {values[key]}"
    if key != DEFAULTS_KEY:
        return restore_command(before)
    return " ".join((restore_command(before), *(f"{each}={value}" for each, value in values.items())))


async def restore(context: CommandContext) -> View:
    """Sets all of it at once. Raises InputError for what no button of ours says."""
    before = context.chat
    restored_chat(before, context.argument)  # what can't be read is reported before anything is written
    async with context.services.storage.write() as work:
        follows = bool(await work.subscriptions.of_chat(before.id))

        def change(chat: Chat) -> Chat:
            return with_next_digest(restored_chat(chat, context.argument), context.now, follows=follows)

        chat = await update_chat_in(work, before, change)
        await work.commit()
    line = t("Taken back: digests come <b>{rhythm}</b>.", rhythm=format_schedule(chat.settings))
    if chat.status is ChatStatus.PAUSED:
        line = t("Taken back: digests are paused.")
    undo = button(t("Undo"), restore_command(before))
    return View((TextBlock(line), button_rows([undo, button(t("Settings"), "settings")])))


def _with_values(settings: ChatSettings, parts: Sequence[str]) -> ChatSettings:
    """Raises InputError for a setting there is not."""
    for part in parts:
        settings = select_setting(settings, *part.split("=", 1))
    return settings


def restored_chat(chat: Chat, values: str) -> Chat:
    """The chat with the values of :func:`restore_command`. Raises InputError."""
    parts = values.split()
    try:
        hour, zone, days, waits, status, until, eligible = parts[:7]
        settings = replace(
            _with_values(chat.settings, parts[7:]),
            hour=time.fromisoformat(hour),
            zone="" if zone == _NONE else zone,
            days=frozenset(map(int, days)),
            wait_for_complete_list=waits == "wait",
        )
        return replace(
            chat,
            settings=settings,
            status=ChatStatus.PAUSED if status == "paused" else ChatStatus.ACTIVE,
            pause_reason="",
            paused_until=None if until == _NONE else datetime.fromisoformat(until),
            eligible_from=date.fromisoformat(eligible),
        )
    except ValueError as wrong:
        raise InputError(t("I can’t take that back."), input=values, suggestions=("when",)) from wrong
