"""Turning pages: any command that lists, further on."""

from __future__ import annotations

from dataclasses import replace

from bot.calls import split_command
from bot.commands.core.command import Asked, Command, named
from bot.errors import UserMistake
from bot.i18n import say
from bot.views import View

LAST_PAGE = 10_000


async def page(asked: Asked) -> View:
    """``page 2 search diffusion``: the second page of that answer, in place of the first."""
    number, _, command_text = asked.argument.partition(" ")
    name, argument = split_command(command_text)
    command = named(asked.commands, name)
    if not number.isdecimal() or command is None or command.run is page or command.changes_chat(argument):
        raise UserMistake(
            say("I can’t turn to that page. Say it like <code>{example}</code>.", example=asked.typed("page 2 today")),
            text=asked.argument,
            suggestions=("today",),
        )
    turned = replace(asked, call=replace(asked.call, name=name, argument=argument), page=_page(number))
    return replace(await command.run(turned), in_place=True)


def _page(number: str) -> int:
    return min(max(1, int(number[:6])), LAST_PAGE)


COMMANDS = (
    Command(
        "page",
        say("turn to a page of a list"),
        page,
        aliases=("more",),
        argument="N COMMAND",
        examples=("page 2 today",),
        hidden=True,
    ),
)
