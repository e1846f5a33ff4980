"""Cards under links to papers that people send, and the switch for them."""

from __future__ import annotations

from bot.calls import Permission
from bot.commands.core.command import Command, CommandContext
from bot.commands.ui.buttons import button, button_rows
from bot.errors import InputError
from bot.i18n import LazyText, join_texts, t
from bot.papers import parse_paper_id
from bot.sources import sources
from bot.tldr import tldr
from bot.views import PaperSummary, TextBlock, View

UNFURL_SETTING = "unfurl"
UNFURL_OFF = "off"


async def cards(context: CommandContext) -> View:
    """The papers named, as far as they are known; none where the workspace does not want any, which it says in words
    for whoever typed it."""
    async with context.services.storage.read() as work:
        address = context.chat.address
        if await work.workspace_settings.get_setting(address.platform, address.workspace, UNFURL_SETTING) == UNFURL_OFF:
            return View((TextBlock(_state_sentence(off=True)),), private=True)
        found = await work.papers.get(list(filter(None, map(parse_paper_id, context.argument.split()))))
    if not found:
        return View((TextBlock(t("I have none of these papers.")),), private=True)
    return View(tuple(PaperSummary(0, paper, tldr(paper)) for paper in found))


async def unfurl(context: CommandContext) -> View:
    """Whether links to papers get a card here; ``on`` and ``off`` switch that for the whole workspace.

    Raises InputError where the platform has no such cards, and for any other word.
    """
    address, wanted = context.chat.address, context.argument.casefold()
    if not context.capabilities.link_cards:
        raise InputError(context.services.only_elsewhere(UNFURL_SETTING))
    if wanted not in ("", "on", UNFURL_OFF):
        raise InputError(t("It can be on or off."), input=context.argument, suggestions=("unfurl on", "unfurl off"))
    if wanted and context.call.permission is not Permission.ADMINISTER_WORKSPACE:
        return View(
            (TextBlock(t("That holds for the whole workspace, so only its admins can switch it.")),), private=True
        )
    if wanted:
        async with context.services.storage.write() as work:
            await work.workspace_settings.set_setting(
                address.platform, address.workspace, UNFURL_SETTING, UNFURL_OFF if wanted == UNFURL_OFF else ""
            )
            await work.commit()
    async with context.services.storage.read() as work:
        return _switched_view(
            await work.workspace_settings.get_setting(address.platform, address.workspace, UNFURL_SETTING) == UNFURL_OFF
        )


def _switched_view(off: bool) -> View:
    switch = button(t("Switch on"), "unfurl on") if off else button(t("Switch off"), "unfurl off")
    return View((TextBlock(_state_sentence(off=off)), button_rows([switch])), replaces_message=True, private=True)


def _state_sentence(*, off: bool) -> LazyText:
    if off:
        return t("Links to papers stay as they are, in the whole workspace.")
    places = sorted((each.title for each in sources().entries), key=str.casefold)
    return t(
        "A link to a paper on {places} gets a card with what it says, once a week in a channel.",
        places=join_texts(places, " or "),
    )


COMMANDS = (
    Command("cards", t("cards for links to papers"), cards, argument="ID ID ...", hidden=True),
    Command(
        UNFURL_SETTING,
        t("cards under links to papers, on or off"),
        unfurl,
        argument="[on or off]",
        examples=("unfurl off",),
        private=True,
        needs=lambda platform: platform.link_cards,
    ),
)
