"""Managing a channel or group from one's private chat: where the platform has a picker for chats, it is shown there."""

from __future__ import annotations

from bot.commands.core.command import Command, CommandContext
from bot.commands.ui.buttons import button, button_rows
from bot.i18n import t
from bot.views import TextBlock, View


async def remote(context: CommandContext) -> View:
    """What it is for; choosing is the platform's own."""
    if not context.capabilities.remote_management:
        return View((TextBlock(t("What is set here is set here: say it in the chat it is about.")),))
    if not context.personal:
        said = t("Say <code>/remote</code> in a private chat with me, and you manage this chat from there.")
        return View((TextBlock(said),))
    said = t(
        "Which channel or group do you want to manage from here? Choose it with the keyboard below: I show those where "
        "you are an admin."
    )
    return View((TextBlock(said), button_rows([button(t("Topics"), "topics")])))


COMMANDS = (
    Command(
        "remote",
        t("manage a channel or group from here"),
        remote,
        argument="[off]",
        examples=("remote", "remote off"),
        private=True,
        needs=lambda platform: platform.remote_management,
    ),
)
