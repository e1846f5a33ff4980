"""What a sentence probably means, as buttons: each says in words what it does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.calls import split_command
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, short_topic, truncate
from bot.i18n import LazyText, join_texts, t
from bot.topics.formatter import format_short
from bot.topics.parser import parse
from bot.views import Buttons, Footer, TextBlock, View

_SIMPLE: dict[str, LazyText] = {
    "pause": t("Pause"),
    "resume": t("Resume"),
    "topics": t("My topics"),
    "undo": t("Undo"),
    "forget": t("Delete my data"),
}


_SETTINGS: dict[str, LazyText] = {
    "settings layout titles": t("Only titles"),
    "settings defaults again": t("Back to the defaults"),
}


def offers_view(text: str, commands: Sequence[str]) -> View:
    """One tap does what is meant; nothing has been changed yet."""
    taps = [[button(command_label(command), command)] for command in commands]
    search = button(t("Search for the words"), f"words {text}")
    return View((TextBlock(t("Shall I? One tap does it; nothing is changed yet.")), button_rows(*taps, [search])))


def read_as_block(reading: Sequence[LazyText]) -> Footer:
    """*Read as: robotics, the last 7 days, by votes*"""
    return Footer(t("Read as: {parts}", parts=join_texts(list(reading))))


def reading_buttons(text: str, command: str) -> Buttons:
    """What puts a reading right: the words as they stand, and another span of time."""
    name, topic = split_command(command)
    words = button(t("Search for the words"), f"words {text}")
    other = _OTHER_SPANS.get(name)
    return button_rows([words], [button(other[0], f"{other[1]} {topic}".strip())] if other else [])


_OTHER_SPANS = {
    "week": (t("The last 30 days instead"), "month"),
    "month": (t("The last 7 days instead"), "week"),
    "today": (t("The last 7 days instead"), "week"),
    "trending": (t("The last 30 days instead"), "month"),
}


def command_label(command: str) -> LazyText:
    """What a command would do, in words: *Follow diffusion*."""
    name, argument = split_command(command)
    width = LABEL_WIDTHS[1] - 7
    match name:
        case "subscribe":
            return t("Follow {topic}", topic=short_topic(parse(argument), width))
        case "unsubscribe":
            return t("Stop {topic}", topic=short_topic(parse(argument), width))
        case "mute":
            return t("Mute {topic}", topic=short_topic(parse(argument), width))
        case "unmute":
            return t("Let {topic} come again", topic=truncate(_short(argument), width - 8))
        case "when":
            return t("Send it: {when}", when=truncate(argument, width))
        case "pause" if argument:
            return t("Pause: {until}", until=truncate(argument, width))
        case "settings" if command in _SETTINGS:
            return _SETTINGS[command]
        case "settings" if argument.startswith("summaries "):
            return t("{n} papers with summaries", n=argument.removeprefix("summaries "))
        case "settings":
            return t("Set {setting}", setting=truncate(argument, width))
    return _SIMPLE.get(name, t("{command}", command=truncate(command, LABEL_WIDTHS[1])))


def _short(topic: str) -> str:
    return format_short(parse(topic))
