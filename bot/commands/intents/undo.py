"""*Undo that*: the last change of this person here within an hour is taken back."""

from __future__ import annotations

from dataclasses import replace

from bot.calls import split_command
from bot.commands.core.command import Command, CommandContext, find_command
from bot.commands.ui.buttons import button, button_rows
from bot.i18n import t
from bot.views import TextBlock, View


async def undo(context: CommandContext) -> View:
    """Takes the last change back, or says what could be."""
    command_text = context.services.recent_changes.take(context.call, context.now)
    name, argument = split_command(command_text or "")
    command = find_command(context.commands, name)
    if command is None:
        line = t("I know of no change of yours here within the last hour. What you follow and what is set:")
        return View(
            (TextBlock(line), button_rows([button(t("My topics"), "topics"), button(t("Settings"), "settings")]))
        )
    taken_back = replace(context, call=replace(context.call, name=name, argument=argument))
    return await command.run(taken_back)


COMMANDS = (Command("undo", t("take the last change back"), undo, hidden=True, changes=True, private=True),)
