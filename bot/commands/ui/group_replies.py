"""What is said where others read it too: little, and to members who may not change things where they can have their
own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.calls import CommandCall
from bot.chats import Chat, ChatKind
from bot.commands.core.command import CommandContext
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, truncate
from bot.commands.ui.dates import format_schedule
from bot.errors import InputError
from bot.i18n import LazyText, TextValue, join_texts, t, tn
from bot.ports import PlatformCapabilities
from bot.topics import Topic
from bot.topics.formatter import format_short, format_topic
from bot.topics.parser import parse
from bot.views import Button, InputErrorBlock, TextBlock, View

FOLLOW_COMMANDS = frozenset({"subscribe", "follow", "pick"})


def admins_only_view(call: CommandCall, capabilities: PlatformCapabilities) -> View:
    """For whoever may not change this chat; a topic that was asked for can be had in private."""
    toast = t("Only admins can change this.")
    topic = _requested_topic(call) if capabilities.chat_links else None
    if topic is not None:
        said = t("Topics here are set by admins. You can have it to yourself:")
        label = t("Follow {topic} privately", topic=truncate(format_short(topic), LABEL_WIDTHS[1]))
        own = Button(label, f"preview {format_topic(topic)}", style="primary", target="private")
        return View((InputErrorBlock(said), button_rows([own])), private=True, toast=toast)
    buttons = button_rows([button(t("Topics here"), "topics"), button(t("Newest list"), "today")])
    return View((InputErrorBlock(capabilities.phrases.admins_only), buttons), private=True, toast=toast)


def _requested_topic(call: CommandCall) -> Topic | None:
    if call.name not in FOLLOW_COMMANDS or not call.argument:
        return None
    try:
        return parse(call.argument)
    except InputError:
        return None


def group_following_view(context: CommandContext, chat: Chat, topic: Topic, week: int, undo: str) -> View:
    """That the chat follows a topic from now on, in a line."""
    headline = group_following_line(context, chat, topic, week)
    last_row = [button(t("Settings"), "settings"), button(t("Undo"), undo)]
    return View((TextBlock(headline), button_rows(last_row)), summary=headline)


def group_following_line(context: CommandContext, chat: Chat, topic: Topic, week: int) -> LazyText:
    """*This group follows diffusion (set by Anna). 9 papers last week; daily 09:00 Berlin, without sound.*"""
    values: dict[str, TextValue] = {
        "topic": format_short(topic),
        "rhythm": format_schedule(chat.settings),
        "papers": tn("{n} paper last week", "{n} papers last week", week),
    }
    if chat.kind is ChatKind.CHANNEL:
        return t("✓ This channel follows <b>{topic}</b>. {papers}; {rhythm}.", **values)
    if not context.call.person_name:
        return t("✓ This group follows <b>{topic}</b>. {papers}; {rhythm}, without sound.", **values)
    setter = context.call.person_name
    return t(
        "✓ This group follows <b>{topic}</b> (set by {name}). {papers}; {rhythm}, without sound.", name=setter, **values
    )


def public_setup_note(context: CommandContext, chat: Chat, topics: Sequence[str]) -> LazyText | None:
    """The one line for everybody in a channel where somebody set digests up, so that nobody wonders; None where the
    answer itself is read by all, or by nobody else."""
    if context.personal or not context.capabilities.private_replies or not topics:
        return None
    return t(
        "<i>{name} set up Paperboy here: {topics}, {rhythm}. Change it: {typed}</i>",
        name=context.call.person_name or t("Somebody"),
        topics=join_texts(topics),
        rhythm=format_schedule(chat.settings),
        typed=context.usage("topics"),
    )
