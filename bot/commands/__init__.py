"""What a person can ask: one table, one module a family.

Help, Telegram's menu and Slack's manifest come from :data:`COMMANDS`; a button is one of these commands not typed.
"""

from __future__ import annotations

from bot.commands import (
    admin,
    digest_now,
    followed_topics,
    following,
    help,
    lists,
    missed,
    paging,
    papers_asked,
    person,
    preferences,
    reading,
    searching,
    status,
    timing,
    welcome,
    why,
)
from bot.commands.command import Command, named

__all__ = ["COMMANDS", "Command", "find"]

COMMANDS: tuple[Command, ...] = (
    *welcome.COMMANDS,
    *following.COMMANDS,
    *followed_topics.COMMANDS,
    *lists.COMMANDS,
    *searching.COMMANDS,
    *papers_asked.COMMANDS,
    *why.COMMANDS,
    *timing.COMMANDS,
    *preferences.COMMANDS,
    *status.COMMANDS,
    *reading.COMMANDS,
    *person.COMMANDS,
    *help.COMMANDS,
    *digest_now.COMMANDS,
    *missed.COMMANDS,
    *paging.COMMANDS,
    *admin.COMMANDS,
)


def find(name: str) -> Command | None:
    """The command called ``name`` in any case, by its name or an alias; None for one there isn't."""
    return named(COMMANDS, name)
