"""What a person can ask: one table, one module a family.

Help, Telegram's menu and Slack's manifest come from :data:`COMMANDS`; a button is one of these commands not typed.
"""

from __future__ import annotations

from bot.commands import help, paging
from bot.commands.chat import admin, greetings, home, onboarding, permissions, personal_data, remote, status
from bot.commands.core.command import Command, find_command, find_typed_command
from bot.commands.intents import answers, undo
from bot.commands.papers import card, explain, link_unfurling, listed, lists, missed, past_digests, reading_list
from bot.commands.search import form_preview, inline_lookup, search
from bot.commands.settings import look, schedule, settings, setup_form
from bot.commands.subscriptions import (
    browse,
    by_address,
    chat_feed,
    edit,
    endpoint,
    mute,
    send_now,
    share,
    subscribe,
    topic_list,
)
from bot.ports import PlatformCapabilities

__all__ = ["COMMANDS", "TOPIC_COMMANDS", "Command", "get_command", "get_typed_command", "offered_names"]

COMMANDS: tuple[Command, ...] = (
    *onboarding.COMMANDS,
    *greetings.COMMANDS,
    *subscribe.COMMANDS,
    *topic_list.COMMANDS,
    *mute.COMMANDS,
    *share.COMMANDS,
    *edit.COMMANDS,
    *browse.COMMANDS,
    *lists.COMMANDS,
    *search.COMMANDS,
    *card.COMMANDS,
    *explain.COMMANDS,
    *schedule.COMMANDS,
    *settings.COMMANDS,
    *look.COMMANDS,
    *remote.COMMANDS,
    *status.COMMANDS,
    *reading_list.COMMANDS,
    *by_address.COMMANDS,
    *chat_feed.COMMANDS,
    *endpoint.COMMANDS,
    *personal_data.COMMANDS,
    *help.COMMANDS,
    *send_now.COMMANDS,
    *missed.COMMANDS,
    *past_digests.COMMANDS,
    *listed.COMMANDS,
    *inline_lookup.COMMANDS,
    *paging.COMMANDS,
    *home.COMMANDS,
    *setup_form.COMMANDS,
    *form_preview.COMMANDS,
    *link_unfurling.COMMANDS,
    *permissions.COMMANDS,
    *answers.COMMANDS,
    *undo.COMMANDS,
    *admin.COMMANDS,
)

# Where a topic is completed while it is typed.
TOPIC_COMMANDS = tuple(
    name for command in COMMANDS if command.argument.strip("[]") in ("TOPIC", "QUERY") for name in command.names
)


def offered_names(capabilities: PlatformCapabilities) -> list[str]:
    """The names that a person there is offered while typing."""
    return [each.name for each in COMMANDS if not each.hidden and each.is_offered(capabilities)]


def get_command(name: str) -> Command | None:
    """The command called ``name`` in any case, by its name or an alias; None for one there isn't."""
    return find_command(COMMANDS, name)


def get_typed_command(name: str) -> Command | None:
    """The same for a name that stands where only a command can, by its beginning too."""
    return find_typed_command(COMMANDS, name)
