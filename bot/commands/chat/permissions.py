"""Who may change what a chat of several people follows: its members, or where a workspace's admins want it so, they."""

from __future__ import annotations

from typing import Final

from bot.calls import CommandCall
from bot.chats import Platform
from bot.commands.core.command import Asked, Command
from bot.commands.core.services import Services
from bot.commands.ui.buttons import button, rows
from bot.errors import UserMistake
from bot.i18n import Sentence, say
from bot.views import Line, View

WHO: Final = "who"
ADMINS: Final = "admins"
MEMBERS: Final = "members"


async def may_change(call: CommandCall, services: Services) -> bool:
    """Whether whoever asks may change the chat, as far as the platform and the workspace's admins are concerned."""
    if not call.may_change:
        return False
    if call.kind.personal or call.administers or call.chat.platform is not Platform.SLACK:
        return True
    return await _who(call, services) != ADMINS


async def _who(call: CommandCall, services: Services) -> str:
    async with services.storage.read() as work:
        return await work.workspaces.setting(call.chat.platform, call.chat.workspace, WHO)


async def who(asked: Asked) -> View:
    """Who may; with ``admins`` or ``members`` it is so from now on, in the whole workspace."""
    address, wanted = asked.chat.address, asked.argument.casefold()
    if address.platform is not Platform.SLACK:
        raise UserMistake(say("In Slack that can be chosen. Elsewhere a group’s admins change things."))
    if wanted not in ("", ADMINS, MEMBERS):
        raise UserMistake(say("It can be members or admins."), text=asked.argument, suggestions=_CHOICES)
    if wanted and not asked.call.administers:
        return View((Line(say("That holds for the whole workspace, so only its admins can choose it.")),), private=True)
    if wanted:
        async with asked.services.storage.write() as work:
            await work.workspaces.set(address.platform, address.workspace, WHO, wanted if wanted == ADMINS else "")
            await work.commit()
    return _shown(admins=await _who(asked.call, asked.services) == ADMINS)


_CHOICES: Final = (f"{WHO} {MEMBERS}", f"{WHO} {ADMINS}")


def _shown(*, admins: bool) -> View:
    other = button(say("Let members"), _CHOICES[0]) if admins else button(say("Admins only"), _CHOICES[1])
    return View((Line(_said(admins=admins)), rows([other])), in_place=True, private=True)


def _said(*, admins: bool) -> Sentence:
    if admins:
        return say("Only admins of the workspace may change what a channel follows. Everybody may read and search.")
    return say("Whoever is in a channel may change what it follows.")


COMMANDS = (
    Command(
        WHO,
        say("who may change a channel’s topics"),
        who,
        argument="[members or admins]",
        examples=("who admins",),
        private=True,
        only=Platform.SLACK,
    ),
)
