"""Managing a channel or group from one's private chat: where the platform has a picker for chats, it is shown there."""

from __future__ import annotations

from bot.chats import Platform
from bot.commands.core.command import Asked, Command
from bot.commands.ui.buttons import button, rows
from bot.i18n import say
from bot.views import Line, View


async def remote(asked: Asked) -> View:
    """What it is for; choosing is the platform's own."""
    if asked.chat.address.platform is not Platform.TELEGRAM:
        return View((Line(say("What is set here is set here: say it in the chat it is about.")),))
    if not asked.personal:
        said = say("Say <code>/remote</code> in a private chat with me, and you manage this chat from there.")
        return View((Line(said),))
    said = say(
        "Which channel or group do you want to manage from here? Choose it with the keyboard below: I show those where "
        "you are an admin."
    )
    return View((Line(said), rows([button(say("Topics"), "topics")])))


COMMANDS = (
    Command(
        "remote",
        say("manage a channel or group from here"),
        remote,
        argument="[off]",
        examples=("remote", "remote off"),
        private=True,
        only=Platform.TELEGRAM,
    ),
)
