"""What is said where others read it too: little, and to members who may not change things where they can have their
own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.calls import CommandCall
from bot.chats import Chat, ChatKind, Platform
from bot.commands.core.command import Asked
from bot.commands.ui.buttons import ROOM, button, rows, short
from bot.commands.ui.dates import rhythm_words
from bot.errors import UserMistake
from bot.i18n import Sentence, Value, listing, say, say_n
from bot.topics import Topic
from bot.topics.formatter import named, printed
from bot.topics.parser import parse
from bot.views import Button, Line, Mistake, View

FOLLOWING = frozenset({"subscribe", "follow", "pick"})


def admins_only(call: CommandCall) -> View:
    """For whoever may not change this chat; a topic that was asked for can be had in private."""
    toast = say("Only admins can change this.")
    topic = _wanted(call) if call.chat.platform is Platform.TELEGRAM else None
    if topic is not None:
        said = say("Topics here are set by admins. You can have it to yourself:")
        label = say("Follow {topic} privately", topic=short(named(topic), ROOM[1]))
        own = Button(label, f"preview {printed(topic)}", weight="primary", opens="private")
        return View((Mistake(said), rows([own])), private=True, toast=toast)
    said = say("Topics and times here are set by admins. In a private chat with me you can have your own.")
    if call.chat.platform is Platform.SLACK:
        said = say("Topics and times here are set by admins of the workspace. Write to me directly to have your own.")
    buttons = rows([button(say("Topics here"), "topics"), button(say("Newest list"), "today")])
    return View((Mistake(said), buttons), private=True, toast=toast)


def _wanted(call: CommandCall) -> Topic | None:
    if call.name not in FOLLOWING or not call.argument:
        return None
    try:
        return parse(call.argument)
    except UserMistake:
        return None


def following_here(asked: Asked, chat: Chat, topic: Topic, week: int, undo: str) -> View:
    """That the chat follows a topic from now on, in a line."""
    headline = followed_by(asked, chat, topic, week)
    last_row = [button(say("Settings"), "settings"), button(say("Undo"), undo)]
    return View((Line(headline), rows(last_row)), summary=headline)


def followed_by(asked: Asked, chat: Chat, topic: Topic, week: int) -> Sentence:
    """*This group follows diffusion (set by Anna). 9 papers last week; daily 09:00 Berlin, without sound.*"""
    values: dict[str, Value] = {
        "topic": named(topic),
        "rhythm": rhythm_words(chat.settings),
        "papers": say_n("{n} paper last week", "{n} papers last week", week),
    }
    if chat.kind is ChatKind.CHANNEL:
        return say("✓ This channel follows <b>{topic}</b>. {papers}; {rhythm}.", **values)
    if not asked.call.person_name:
        return say("✓ This group follows <b>{topic}</b>. {papers}; {rhythm}, without sound.", **values)
    setter = asked.call.person_name
    return say(
        "✓ This group follows <b>{topic}</b> (set by {name}). {papers}; {rhythm}, without sound.", name=setter, **values
    )


def set_up_here(asked: Asked, chat: Chat, topics: Sequence[str]) -> Sentence | None:
    """The one line for everybody in a channel where somebody set digests up, so that nobody wonders; None where the
    answer itself is read by all, or by nobody else."""
    if asked.personal or asked.chat.address.platform is not Platform.SLACK or not topics:
        return None
    return say(
        "<i>{name} set up Paperboy here: {topics}, {rhythm}. Change it: {typed}</i>",
        name=asked.call.person_name or say("Somebody"),
        topics=listing(topics),
        rhythm=rhythm_words(chat.settings),
        typed=asked.typed("topics"),
    )
