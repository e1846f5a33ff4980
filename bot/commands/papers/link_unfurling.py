"""Cards under links to papers that people send, and the switch for them."""

from __future__ import annotations

from bot.chats import Platform
from bot.commands.core.command import Asked, Command
from bot.commands.ui.buttons import button, rows
from bot.errors import UserMistake
from bot.i18n import Sentence, say
from bot.papers import paper_id
from bot.tldr import tldr
from bot.views import Line, PaperEntry, View

UNFURL = "unfurl"
OFF = "off"


async def cards(asked: Asked) -> View:
    """The papers named, as far as they are known; none where the workspace does not want any, which it says in words
    for whoever typed it."""
    async with asked.services.storage.read() as work:
        address = asked.chat.address
        if await work.workspaces.setting(address.platform, address.workspace, UNFURL) == OFF:
            return View((Line(_state(off=True)),), private=True)
        found = await work.papers.get(list(filter(None, map(paper_id, asked.argument.split()))))
    if not found:
        return View((Line(say("I have none of these papers.")),), private=True)
    return View(tuple(PaperEntry(0, paper, tldr(paper)) for paper in found))


async def unfurl(asked: Asked) -> View:
    """Whether links to papers get a card here; ``on`` and ``off`` switch that for the whole workspace."""
    address, wanted = asked.chat.address, asked.argument.casefold()
    if address.platform is not Platform.SLACK:
        raise UserMistake(say("Cards under links are for Slack; elsewhere the chat shows its own preview."))
    if wanted not in ("", "on", OFF):
        raise UserMistake(say("It can be on or off."), text=asked.argument, suggestions=("unfurl on", "unfurl off"))
    if wanted and not asked.call.administers:
        return View((Line(say("That holds for the whole workspace, so only its admins can switch it.")),), private=True)
    if wanted:
        async with asked.services.storage.write() as work:
            await work.workspaces.set(address.platform, address.workspace, UNFURL, OFF if wanted == OFF else "")
            await work.commit()
    async with asked.services.storage.read() as work:
        return _switched(await work.workspaces.setting(address.platform, address.workspace, UNFURL) == OFF)


def _switched(off: bool) -> View:
    switch = button(say("Switch on"), "unfurl on") if off else button(say("Switch off"), "unfurl off")
    return View((Line(_state(off=off)), rows([switch])), in_place=True, private=True)


def _state(*, off: bool) -> Sentence:
    if off:
        return say("Links to papers stay as they are, in the whole workspace.")
    return say("A link to a paper on arXiv or Hugging Face gets a card with what it says, once a week in a channel.")


COMMANDS = (
    Command("cards", say("cards for links to papers"), cards, argument="ID ID ...", hidden=True),
    Command(
        UNFURL,
        say("cards under links to papers, on or off"),
        unfurl,
        argument="[on or off]",
        examples=("unfurl off",),
        private=True,
        only=Platform.SLACK,
    ),
)
