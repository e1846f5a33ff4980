"""The command menu that Telegram shows beside the input field, from the table of commands."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from telegram import Bot, BotCommand
from telegram.constants import BotCommandLimit
from telegram.error import TelegramError

from adapters.telegram.drawing import translator
from adapters.telegram.errors import cause_of
from bot.commands.command import Command

log = logging.getLogger(__name__)

SHOWN: Final = 7  # what a phone shows without scrolling


def menu(commands: Sequence[Command], language: str = "en") -> tuple[BotCommand, ...]:
    """The first commands that belong in the menu."""
    listed = [command for command in commands if command.menu and not command.hidden][:SHOWN]
    return tuple(BotCommand(command.name, _description(command, language)) for command in listed)


async def set_menu(bot: Bot, commands: Sequence[Command]) -> None:
    """Sets the menu if it differs; without it the bot works all the same, so a refusal is only logged."""
    wanted = menu(commands)
    try:
        if await bot.get_my_commands() != wanted:
            await bot.set_my_commands(wanted)
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", cause_of(error))


def _description(command: Command, language: str) -> str:
    text = translator(language).text(command.summary)
    return text[: BotCommandLimit.MAX_DESCRIPTION]
