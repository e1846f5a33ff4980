"""This chat's digests as a feed, at an address that nobody can guess."""

from __future__ import annotations

from bot.commands.archive.digest_reader import feed_token_hash, new_feed_token
from bot.commands.core.command import Command, CommandContext
from bot.commands.ui.buttons import button, button_rows
from bot.commands.ui.dates import in_chat_zone, short_date
from bot.errors import InputError
from bot.i18n import t
from bot.ports import FeedAddresses
from bot.views import Button, Footer, TextBlock, View

COMMAND = "feed"
RENEW = "new"
END = "off"


async def feed(context: CommandContext) -> View:
    """Opens the feed, makes a new address for it, or ends it. Raises InputError for anything else, and where nothing
    is served."""
    wish = context.argument.casefold()
    if wish == END:
        return await _end(context)
    if wish not in ("", RENEW):
        raise InputError(
            t(
                "A chat has one feed: <code>{feed}</code> opens it, <code>{new}</code> gives it a new address, "
                "<code>{off}</code> ends it.",
                feed=context.usage(COMMAND),
                new=context.usage(f"{COMMAND} {RENEW}"),
                off=context.usage(f"{COMMAND} {END}"),
            ),
            input=context.argument,
        )
    return await _open(context, renew=wish == RENEW)


async def _open(context: CommandContext, *, renew: bool) -> View:
    addresses_of = context.services.feed_addresses
    if addresses_of is None:
        raise InputError(t("This Paperboy serves no feeds: its operator has turned them off."))
    token = new_feed_token()
    async with context.services.storage.write() as work:
        await work.chats.get(context.chat.id)  # locked: of two who ask at once, the second finds what the first made
        opened_at = await work.chat_feeds.opened_at(context.chat.id)
        if opened_at is None or renew:
            await work.chat_feeds.open_feed(context.chat.id, feed_token_hash(token), context.now)
            await work.commit()
            return _addresses_view(context, addresses_of(token), replaced=opened_at is not None)
    said = t(
        "This chat has a feed since {day}. I keep no copy of its address; a new one ends the old one.",
        day=short_date(in_chat_zone(opened_at, context.chat.settings).date(), context.today),
    )
    return View((TextBlock(said), button_rows(_buttons())), private=True)


def _addresses_view(context: CommandContext, addresses: FeedAddresses, *, replaced: bool) -> View:
    head = t("<b>This chat’s digests as a feed.</b> Put this into your feed reader:")
    if replaced:
        head = t("<b>A new address for this chat’s feed.</b> The old one has ended.")
    lines = (
        TextBlock(head),
        TextBlock(t("<code>{address}</code>", address=addresses.atom)),
        TextBlock(t("As JSON Feed: <code>{address}</code>", address=addresses.json)),
        TextBlock(t("Your topics as a list of feeds (OPML): <code>{address}</code>", address=addresses.opml)),
    )
    foot = t(
        "Whoever knows it reads this chat’s digests, and I show it only now. <code>{new}</code> makes a new one, "
        "<code>{off}</code> ends it.",
        new=context.usage(f"{COMMAND} {RENEW}"),
        off=context.usage(f"{COMMAND} {END}"),
    )
    return View((*lines, Footer(foot)), private=True)


async def _end(context: CommandContext) -> View:
    async with context.services.storage.write() as work:
        ended = await work.chat_feeds.revoke(context.chat.id, context.now)
        await work.commit()
    if not ended:
        said = t("This chat has no feed. <code>{feed}</code> opens one.", feed=context.usage(COMMAND))
    else:
        said = t("The feed has ended: its address shows nothing any more. Digests here go on.")
    return View((TextBlock(said),), private=True)


def _buttons() -> list[Button]:
    return [button(t("New address"), f"{COMMAND} {RENEW}"), button(t("End it"), f"{COMMAND} {END}")]


COMMANDS = (
    Command(
        COMMAND,
        t("this chat’s digests for a feed reader"),
        feed,
        argument="[new|off]",
        examples=("feed", "feed new", "feed off"),
        changes=True,
        private=True,
    ),
)
