"""Who may change what a chat of several people follows: its members, or where a workspace's admins want it so, they."""

from __future__ import annotations

from typing import Final

from bot.calls import CommandCall, Permission
from bot.commands.core.command import Command, CommandContext
from bot.commands.core.services import Services
from bot.commands.ui.buttons import button, button_rows
from bot.errors import InputError
from bot.i18n import LazyText, t
from bot.views import TextBlock, View

WHO_SETTING: Final = "who"
ADMINS: Final = "admins"
MEMBERS: Final = "members"


async def may_change(call: CommandCall, services: Services) -> bool:
    """Whether whoever asks may change the chat, as far as the platform and the workspace's admins are concerned."""
    if call.permission is Permission.READ:
        return False
    if call.permission is Permission.ADMINISTER_WORKSPACE or call.kind.personal:
        return True
    if not services.capabilities_of(call.chat.platform).workspaces:
        return True
    return await _load_policy(call, services) != ADMINS


async def _load_policy(call: CommandCall, services: Services) -> str:
    async with services.storage.read() as work:
        return await work.workspace_settings.get_setting(call.chat.platform, call.chat.workspace, WHO_SETTING)


async def who(context: CommandContext) -> View:
    """Who may; with ``admins`` or ``members`` it is so from now on, in the whole workspace.

    Raises InputError where the platform has no such choice, and for any other word.
    """
    address, wanted = context.chat.address, context.argument.casefold()
    if not context.capabilities.workspaces:
        raise InputError(context.services.only_elsewhere(WHO_SETTING))
    if wanted not in ("", ADMINS, MEMBERS):
        raise InputError(t("It can be members or admins."), input=context.argument, suggestions=_CHOICES)
    if wanted and context.call.permission is not Permission.ADMINISTER_WORKSPACE:
        return View(
            (TextBlock(t("That holds for the whole workspace, so only its admins can choose it.")),), private=True
        )
    if wanted:
        async with context.services.storage.write() as work:
            await work.workspace_settings.set_setting(
                address.platform, address.workspace, WHO_SETTING, wanted if wanted == ADMINS else ""
            )
            await work.commit()
    return _policy_view(admins=await _load_policy(context.call, context.services) == ADMINS)


_CHOICES: Final = (f"{WHO_SETTING} {MEMBERS}", f"{WHO_SETTING} {ADMINS}")


def _policy_view(*, admins: bool) -> View:
    other = button(t("Let members"), _CHOICES[0]) if admins else button(t("Admins only"), _CHOICES[1])
    return View((TextBlock(_policy_sentence(admins=admins)), button_rows([other])), replaces_message=True, private=True)


def _policy_sentence(*, admins: bool) -> LazyText:
    if admins:
        return t("Only admins of the workspace may change what a channel follows. Everybody may read and search.")
    return t("Whoever is in a channel may change what it follows.")


COMMANDS = (
    Command(
        WHO_SETTING,
        t("who may change a channel’s topics"),
        who,
        argument="[members or admins]",
        examples=("who admins",),
        private=True,
        needs=lambda platform: platform.workspaces,
    ),
)
