"""Handing a topic on: a link that shows what it brings, with one tap to follow it."""

from __future__ import annotations

from bot.chats import Subscription
from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.topic_input import parse_topic, resolve_subscription
from bot.commands.search.preview import preview_topic
from bot.commands.search.preview_view import interpretation_blocks, result_blocks
from bot.commands.subscriptions.topic_list import no_topics_view
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, truncate
from bot.commands.ui.follow_buttons import follow_or_following
from bot.errors import InputError
from bot.i18n import t
from bot.topics import Topic
from bot.topics.formatter import format_short, format_topic
from bot.views import Button, Footer, Prompt, TextBlock, View

MAX_TOPICS_OFFERED = 10


async def preview(context: CommandContext) -> View:
    """What a topic would bring, before anybody follows it: where a shared link leads. Raises InputError without one, or
    for one that can't be read."""
    if not context.argument:
        raise InputError(t("Which topic? For example:"), suggestions=("preview diffusion",))
    topic = context.services.as_followed(parse_topic(context.argument, "preview"))
    found = await preview_topic(context.services, topic, context.today, context.bounds)
    search = button(
        t("Search {topic}", topic=truncate(format_short(topic), LABEL_WIDTHS[1] - 7)), f"search {format_topic(topic)}"
    )
    title = TextBlock(t("<b>{topic}</b>", topic=format_short(topic)))
    follow = await follow_or_following(context, topic)
    return View((title, *interpretation_blocks(found), *result_blocks(found), button_rows([follow], [search])))


async def share(context: CommandContext) -> View:
    """A topic to send to somebody, or to take into a group; without one asks which."""
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    if not context.argument:
        return _ask_which_topic(subscriptions)
    topic = _resolve_topic(context, subscriptions)
    see = button(t("See what it brings"), f"preview {format_topic(topic)}")
    typed = Footer(t("Typed it is <code>{command}</code>.", command=context.usage(f"subscribe {format_short(topic)}")))
    if not context.capabilities.chat_links:
        return View(
            (TextBlock(t("Share <b>{topic}</b> by these words:", topic=format_short(topic))), typed, button_rows([see]))
        )
    line = t(
        "Share <b>{topic}</b>: whoever opens the link sees what it brings, and follows it by a tap.",
        topic=format_short(topic),
    )
    to_somebody = Button(t("Send to somebody"), see.command, target="share")
    to_group = Button(t("Take into a group"), see.command, target="group")
    return View((TextBlock(line), typed, button_rows([to_somebody], [to_group], [see])))


def _ask_which_topic(subscriptions: list[Subscription]) -> View:
    if not subscriptions:
        return no_topics_view()
    names = [format_short(each.topic) for each in subscriptions[:MAX_TOPICS_OFFERED]]
    taps = [[button(t("{topic}", topic=truncate(name, LABEL_WIDTHS[1])), f"share {name}")] for name in names]
    return View(
        (Prompt(t("Which topic do you want to share?"), "share", t("for example: diffusion")), button_rows(*taps))
    )


def _resolve_topic(context: CommandContext, subscriptions: list[Subscription]) -> Topic:
    """A followed one goes with the names that count for it; any other as it is typed."""
    try:
        return resolve_subscription(subscriptions, context.argument, "share").topic
    except InputError:
        return parse_topic(context.argument, "share")


COMMANDS = (
    Command("share", t("hand a topic on"), share, argument="[TOPIC]", examples=("share diffusion",)),
    Command("preview", t("what a topic would bring"), preview, argument="TOPIC", hidden=True),
)
