"""What a person can ask: one table, one module a family.

Help, Telegram's menu and Slack's manifest come from :data:`COMMANDS`; a button is one of these commands not typed.
"""

from __future__ import annotations

from bot.chats import Platform
from bot.commands import (
    admin,
    arriving,
    browsing,
    digest_now,
    discussing,
    editing,
    editions,
    followed_topics,
    following,
    glance,
    help,
    link_cards,
    lists,
    looking_up,
    missed,
    muting,
    overview,
    paging,
    papers_asked,
    person,
    preferences,
    reading,
    remote,
    searching,
    setting_up,
    sharing,
    status,
    timing,
    welcome,
    who_may,
    why,
)
from bot.commands.command import Command, named

__all__ = ["COMMANDS", "TAKING_TOPICS", "Command", "find", "offered_on"]

COMMANDS: tuple[Command, ...] = (
    *welcome.COMMANDS,
    *arriving.COMMANDS,
    *following.COMMANDS,
    *followed_topics.COMMANDS,
    *muting.COMMANDS,
    *sharing.COMMANDS,
    *editing.COMMANDS,
    *browsing.COMMANDS,
    *lists.COMMANDS,
    *searching.COMMANDS,
    *papers_asked.COMMANDS,
    *why.COMMANDS,
    *timing.COMMANDS,
    *preferences.COMMANDS,
    *remote.COMMANDS,
    *status.COMMANDS,
    *reading.COMMANDS,
    *person.COMMANDS,
    *help.COMMANDS,
    *digest_now.COMMANDS,
    *missed.COMMANDS,
    *editions.COMMANDS,
    *looking_up.COMMANDS,
    *paging.COMMANDS,
    *overview.COMMANDS,
    *setting_up.COMMANDS,
    *glance.COMMANDS,
    *discussing.COMMANDS,
    *link_cards.COMMANDS,
    *who_may.COMMANDS,
    *admin.COMMANDS,
)

# Where a topic is completed while it is typed.
TAKING_TOPICS = tuple(
    name for command in COMMANDS if command.argument.strip("[]") in ("TOPIC", "QUERY") for name in command.names
)


def offered_on(platform: Platform) -> list[str]:
    """The names that a person there is offered while typing."""
    return [each.name for each in COMMANDS if not each.hidden and each.only in (None, platform)]


def find(name: str) -> Command | None:
    """The command called ``name`` in any case, by its name or an alias; None for one there isn't."""
    return named(COMMANDS, name)
