"""Turning pages: any command that lists, further on."""

from __future__ import annotations

from dataclasses import replace

from bot.calls import split_command
from bot.commands.core.command import Command, CommandContext, find_command
from bot.errors import InputError
from bot.i18n import t
from bot.views import View

MAX_PAGE = 10_000


async def page(context: CommandContext) -> View:
    """``page 2 search diffusion``: the second page of that answer, in place of the first. Raises InputError where there
    is nothing to turn."""
    number, _, command_text = context.argument.partition(" ")
    name, argument = split_command(command_text)
    command = find_command(context.commands, name)
    if not number.isdecimal() or command is None or command.run is page or command.changes_chat(argument):
        raise InputError(
            t("I can’t turn to that page. Say it like <code>{example}</code>.", example=context.usage("page 2 today")),
            input=context.argument,
            suggestions=("today",),
        )
    turned = replace(context, call=replace(context.call, name=name, argument=argument), page=_page(number))
    return replace(await command.run(turned), replaces_message=True)


def _page(number: str) -> int:
    return min(max(1, int(number[:6])), MAX_PAGE)


COMMANDS = (
    Command(
        "page",
        t("turn to a page of a list"),
        page,
        aliases=("more",),
        argument="N COMMAND",
        examples=("page 2 today",),
        hidden=True,
    ),
)
