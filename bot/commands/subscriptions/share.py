"""Handing a topic on: a link that shows what it brings, with one tap to follow it."""

from __future__ import annotations

from bot.chats import Platform, Subscription
from bot.commands.core.command import Asked, Command
from bot.commands.queries.topic_input import chosen, read_topic
from bot.commands.search.preview import preview_topic
from bot.commands.search.preview_view import brought, understood
from bot.commands.subscriptions.topic_list import follows_nothing
from bot.commands.ui.buttons import ROOM, button, follow_button, rows, short
from bot.errors import UserMistake
from bot.i18n import say
from bot.topics import Topic
from bot.topics.formatter import named, printed
from bot.views import Button, Line, Question, SmallPrint, View

OFFERED = 10


async def preview(asked: Asked) -> View:
    """What a topic would bring, before anybody follows it: where a shared link leads."""
    if not asked.argument:
        raise UserMistake(say("Which topic? For example:"), suggestions=("preview diffusion",))
    topic = (await asked.services.expanded(read_topic(asked.argument, "preview"), asked.today)).topic
    found = await preview_topic(asked.services, topic, asked.today)
    search = button(say("Search {topic}", topic=short(named(topic), ROOM[1] - 7)), f"search {printed(topic)}")
    title = Line(say("<b>{topic}</b>", topic=named(topic)))
    return View((title, *understood(found), *brought(found), rows([follow_button(topic)], [search])))


async def share(asked: Asked) -> View:
    """A topic to send to somebody, or to take into a group; without one asks which."""
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
    if not asked.argument:
        return _which(subscriptions)
    topic = _meant(asked, subscriptions)
    see = button(say("See what it brings"), f"preview {printed(topic)}")
    typed = SmallPrint(say("Typed it is <code>{command}</code>.", command=asked.typed(f"subscribe {named(topic)}")))
    if asked.chat.address.platform is not Platform.TELEGRAM:
        return View((Line(say("Share <b>{topic}</b> by these words:", topic=named(topic))), typed, rows([see])))
    line = say(
        "Share <b>{topic}</b>: whoever opens the link sees what it brings, and follows it by a tap.", topic=named(topic)
    )
    to_somebody = Button(say("Send to somebody"), see.command, opens="share")
    to_group = Button(say("Take into a group"), see.command, opens="group")
    return View((Line(line), typed, rows([to_somebody], [to_group], [see])))


def _which(subscriptions: list[Subscription]) -> View:
    if not subscriptions:
        return follows_nothing()
    names = [named(each.topic) for each in subscriptions[:OFFERED]]
    taps = [[button(say("{topic}", topic=short(name, ROOM[1])), f"share {name}")] for name in names]
    return View(
        (Question(say("Which topic do you want to share?"), "share", say("for example: diffusion")), rows(*taps))
    )


def _meant(asked: Asked, subscriptions: list[Subscription]) -> Topic:
    """A followed one goes with the names that count for it; any other as it is typed."""
    try:
        return chosen(subscriptions, asked.argument, "share").topic
    except UserMistake:
        return read_topic(asked.argument, "share")


COMMANDS = (
    Command("share", say("hand a topic on by a link"), share, argument="[TOPIC]", examples=("share diffusion",)),
    Command("preview", say("what a topic would bring"), preview, argument="TOPIC", hidden=True),
)
