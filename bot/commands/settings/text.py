"""What is set, in words: a line each, with a mark at what is as every new chat begins."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chats import Chat, ChatSettings, EmptyNote, Layout, Platform
from bot.commands.ui.dates import rhythm_words
from bot.i18n import Sentence, say, say_n


def setting_lines(chat: Chat, defaults: ChatSettings) -> Iterator[Sentence]:
    """Every setting that means something in this chat."""
    settings = chat.settings
    yield _marked(say("<b>When</b>: {rhythm}", rhythm=rhythm_words(settings)), _when(settings) == _when(defaults))
    layout = say("<b>Layout</b>: {layout}", layout=layout_words(settings))
    yield _marked(layout, settings.summaries == defaults.summaries)
    yield _sound(chat, defaults)
    yield _notes(chat, defaults)
    late = say("<b>When the list is late</b>: {patience}", patience=_patience(settings.patience_minutes // 60))
    yield _marked(late, settings.patience_minutes == defaults.patience_minutes)
    if chat.address.platform is Platform.TELEGRAM:
        yield _marked(say("<b>Pictures</b>: {pictures}", pictures=_pictures(settings)), not settings.pictures)
    roundup = say("<b>At the end of the week</b>: {roundup}", roundup=_roundup(settings))
    yield _marked(roundup, not settings.roundup)


def settings_in_a_line(settings: ChatSettings) -> Sentence:
    """What matters most of it, where others read it too."""
    return say(
        "<b>Settings</b>: {rhythm} · {layout}", rhythm=rhythm_words(settings), layout=layout_words(settings, short=True)
    )


def layout_words(settings: ChatSettings, *, short: bool = False) -> Sentence:
    """How much of the papers a digest shows."""
    match settings.layout:
        case Layout.TITLES:
            return say("titles only")
        case Layout.FULL:
            return say("all with summary")
    if short:
        return say("{n} with summary", n=settings.with_summary)
    return say("{n} papers with summary, the others as titles", n=settings.with_summary)


def _marked(line: Sentence, as_default: bool) -> Sentence:
    return say("{line} · <i>default</i>", line=line) if as_default else line


def _when(settings: ChatSettings) -> tuple[object, ...]:
    return settings.hour, settings.zone, settings.days, settings.when_settled


def _sound(chat: Chat, defaults: ChatSettings) -> Sentence:
    if not chat.kind.personal:
        return say("<b>Sound</b>: never in a group")
    sound = say("off") if chat.settings.silent else say("on, but never between 22:00 and 08:00")
    return _marked(say("<b>Sound</b>: {sound}", sound=sound), chat.settings.silent == defaults.silent)


def _notes(chat: Chat, defaults: ChatSettings) -> Sentence:
    if not chat.kind.personal:
        return say("<b>When nothing comes</b>: silence, as always in a group")
    said = {
        EmptyNote.NEVER: say("silence"),
        EmptyNote.WEEKLY: say("a word on Fridays after a whole empty week"),
        EmptyNote.DAILY: say("a word every day"),
    }
    note = said[chat.settings.empty_note]
    as_default = chat.settings.empty_note is defaults.empty_note
    return _marked(say("<b>When nothing comes</b>: {note}", note=note), as_default)


def _patience(hours: int) -> Sentence:
    if not hours:
        return say("the digest goes without it")
    return say_n("the digest waits up to an hour", "the digest waits up to {n} hours", hours)


def _pictures(settings: ChatSettings) -> Sentence:
    return say("a large one with each digest") if settings.pictures else say("none")


def _roundup(settings: ChatSettings) -> Sentence:
    return say("the best of the week once more") if settings.roundup else say("no roundup")
