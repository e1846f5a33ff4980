"""What Telegram shows of the bot before anybody talks to it: the command menus next to the input field, each for those
who can use it, and the two descriptions. Each is set only where it differs.

In groups, commands whose answers are for one person are marked as ephemeral, where the server proved that it can answer
them so: who picks one from the menu is alone in seeing it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.constants import BotCommandLimit, BotDescriptionLimit
from telegram.error import TelegramError

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.ephemeral import IS_EPHEMERAL
from adapters.telegram.rendering.renderer import translator_for
from adapters.telegram.replies.ephemeral_support import EphemeralSupport
from bot.commands.core.command import Command, find_command
from bot.i18n import LazyText, t

log = logging.getLogger(__name__)

SHOWN: Final = 7  # what a phone shows without scrolling
# In groups everybody may read; what changes the group is in the menu of its admins.
FOR_READERS: Final = ("topics", "today", "week", "trending", "search", "why", "help")
DESCRIPTION: Final = t(
    "Paperboy reads Hugging Face’s Daily Papers and brings you the ones on your topics: one message a day, none when "
    "there is nothing.\n\nTap what you work on, or just type it. It works in groups, forum topics and channels, too."
)
ABOUT: Final = t(
    "AI papers on your topics, once a day, from Hugging Face’s Daily Papers. For groups and channels, too."
)


def menus(
    commands: Sequence[Command], language: str = "en", *, marks: bool = True
) -> Mapping[BotCommandScope, tuple[BotCommand, ...]]:
    """The menu of each scope; an empty one is deleted."""
    own = [command for command in commands if command.menu and not command.hidden]
    readers = [command for name in FOR_READERS if (command := find_command(tuple(commands), name)) is not None]
    return {
        BotCommandScopeAllPrivateChats(): _menu(own, language),
        BotCommandScopeAllChatAdministrators(): _menu(own, language, marks=marks),
        BotCommandScopeAllGroupChats(): _menu(readers, language, marks=marks),
        BotCommandScopeDefault(): (),
    }


async def publish_menus(bot: Bot, commands: Sequence[Command], support: EphemeralSupport) -> None:
    """Sets what differs; without it the bot works all the same, so a refusal is only logged, and so is an answer that
    the library can't read."""
    try:
        for scope, wanted in menus(commands, marks=await support.is_proven()).items():
            await _set_menu(bot, scope, wanted)
        await _describe(bot)
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", safe_cause(error))
    except Exception as error:
        log.warning("the command menu could not be set: what was answered can't be read (%s)", type(error).__name__)


async def _set_menu(bot: Bot, scope: BotCommandScope, wanted: tuple[BotCommand, ...]) -> None:
    found = await bot.get_my_commands(scope)
    if found == wanted and _ephemeral_names(found) == _ephemeral_names(wanted):
        return
    if wanted:
        await bot.set_my_commands(wanted, scope)
    else:
        await bot.delete_my_commands(scope)


def _ephemeral_names(menu: Sequence[BotCommand]) -> list[str]:
    """Commands are equal to the library whether they are marked or not."""
    return [command.command for command in menu if command.api_kwargs.get(IS_EPHEMERAL)]


async def _describe(bot: Bot) -> None:
    words = translator_for("en")
    description = words.plain_text(DESCRIPTION)[: BotDescriptionLimit.MAX_DESCRIPTION_LENGTH]
    about = words.plain_text(ABOUT)[: BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH]
    if (await bot.get_my_description()).description != description:
        await bot.set_my_description(description)
    if (await bot.get_my_short_description()).short_description != about:
        await bot.set_my_short_description(about)


def _menu(listed: Sequence[Command], language: str, *, marks: bool = False) -> tuple[BotCommand, ...]:
    return tuple(_bot_command(command, language, for_one=marks and command.private) for command in listed[:SHOWN])


def _bot_command(command: Command, language: str, *, for_one: bool) -> BotCommand:
    mark = {IS_EPHEMERAL: True} if for_one else None
    return BotCommand(command.name, _plain_summary(command.summary, language), api_kwargs=mark)


def _plain_summary(summary: LazyText, language: str) -> str:
    return translator_for(language).plain_text(summary)[: BotCommandLimit.MAX_DESCRIPTION]
