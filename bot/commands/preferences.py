"""Settings: all of them at a glance, each with buttons that change it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.chats import Chat, ChatSettings, EmptyNote
from bot.commands.buttons import button, rows
from bot.commands.chat_changes import change_in, scheduled
from bot.commands.command import Asked, Command, with_argument
from bot.commands.moments import rhythm_words
from bot.errors import UserMistake
from bot.sentences import Sentence, say, say_n
from bot.views import Button, Line, View

_HOURS = (0, 1, 3, 6, 12)
_SUMMARIES = (3, 5, 7, 10)


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting: how it is called when typed, and what each value does."""

    key: str
    values: Mapping[str, ChatSettings]

    def nearest(self, value: str) -> list[str]:
        return difflib.get_close_matches(value, self.values, n=2, cutoff=0.5) or list(self.values)[:3]


def _choices(settings: ChatSettings) -> Mapping[str, Choice]:
    """Every setting with the values it may take, applied to ``settings``."""
    choices = (
        Choice("notes", {note.value: replace(settings, empty_note=note) for note in EmptyNote}),
        Choice("sound", {"on": replace(settings, silent=False), "off": replace(settings, silent=True)}),
        Choice("summaries", {str(n): replace(settings, with_summary=n) for n in _SUMMARIES}),
        Choice("patience", {f"{n}h": replace(settings, patience_minutes=60 * n) for n in _HOURS}),
        Choice("complete", {"wait": replace(settings, when_settled=True), "go": replace(settings, when_settled=False)}),
    )
    return {choice.key: choice for choice in choices}


async def settings(asked: Asked) -> View:
    """Shows every setting; with a key and a value changes one."""
    if not asked.argument:
        return _shown(asked, asked.chat)
    wanted = _wanted(asked.argument, asked.chat.settings)
    async with asked.services.storage.write() as work:
        follows = bool(await work.topics.of_chat(asked.chat.id))

        def change(chat: Chat) -> Chat:
            changed = replace(chat, settings=_wanted(asked.argument, chat.settings))
            # Only waiting for the complete list moves the digest; nothing else may put one off that is due now.
            moved = wanted.when_settled != asked.chat.settings.when_settled
            return scheduled(changed, asked.now, follows=follows) if moved else changed

        chat = await change_in(work, asked.chat, change)
        await work.commit()
    return replace(_shown(asked, chat), in_place=True, toast=say("Changed."))


def _wanted(argument: str, settings: ChatSettings) -> ChatSettings:
    """The settings after ``notes never``. Raises UserMistake with what there is."""
    key, _, value = argument.casefold().partition(" ")
    choices = _choices(settings)
    choice = choices.get(key)
    if choice is None:
        near = difflib.get_close_matches(key, choices, n=1, cutoff=0.5)
        raise UserMistake(
            say("There is no setting <b>{key}</b>. Perhaps this:", key=key),
            text=argument,
            suggestions=("settings",) if not near else (f"settings {near[0]} {next(iter(choices[near[0]].values))}",),
        )
    if value.strip() not in choice.values:
        raise UserMistake(
            say("<b>{key}</b> can’t be {value}. It can be:", key=key, value=value or "empty"),
            text=argument,
            suggestions=tuple(f"settings {key} {near}" for near in choice.nearest(value)),
        )
    return choice.values[value.strip()]


def _shown(asked: Asked, chat: Chat) -> View:
    settings = chat.settings
    lines = [
        say("<b>When</b>: {rhythm}", rhythm=rhythm_words(settings)),
        say("<b>Long digests</b>: {n} papers with summary, the others as titles", n=settings.with_summary),
        say("<b>Sound</b>: {sound}", sound=_sound(chat)),
        say("<b>When nothing comes</b>: {note}", note=_note(chat)),
        say("<b>When the list is late</b>: {patience}", patience=_patience(settings.patience_minutes // 60)),
    ]
    return View((*map(Line, lines), rows(*_buttons(chat))))


def _sound(chat: Chat) -> Sentence:
    if not chat.kind.personal:
        return say("never in a group")
    if chat.settings.silent:
        return say("off")
    return say("on, but never between 22:00 and 08:00")


def _note(chat: Chat) -> Sentence:
    if not chat.kind.personal:
        return say("silence, as always in a group")
    match chat.settings.empty_note:
        case EmptyNote.NEVER:
            return say("silence")
        case EmptyNote.WEEKLY:
            return say("a word on Fridays after a whole empty week")
    return say("a word every day")


def _patience(hours: int) -> Sentence:
    if not hours:
        return say("the digest goes without it")
    return say_n("the digest waits up to an hour", "the digest waits up to {n} hours", hours)


def _buttons(chat: Chat) -> list[tuple[Button, ...]]:
    when = (button(say("Hour, zone, days"), "when"), _waiting(chat.settings))
    personal = [_sound_button(chat.settings), _note_button(chat.settings)] if chat.kind.personal else []
    more = (_next_summaries(chat.settings), _next_patience(chat.settings))
    return [when, tuple(personal), more, (button(say("Topics"), "topics"), button(say("Pause"), "pause"))]


def _waiting(settings: ChatSettings) -> Button:
    if settings.when_settled:
        return button(say("Don’t wait for all"), "settings complete go")
    return button(say("Wait for full list"), "settings complete wait")


def _sound_button(settings: ChatSettings) -> Button:
    if settings.silent:
        return button(say("Sound on"), "settings sound on")
    return button(say("Sound off"), "settings sound off")


def _note_button(settings: ChatSettings) -> Button:
    labels = {
        EmptyNote.NEVER: say("Empty: say nothing"),
        EmptyNote.WEEKLY: say("Empty: tell weekly"),
        EmptyNote.DAILY: say("Empty: tell daily"),
    }
    turns = list(EmptyNote)
    following = turns[(turns.index(settings.empty_note) + 1) % len(turns)]
    return button(labels[following], f"settings notes {following}")


def _next_summaries(settings: ChatSettings) -> Button:
    following = _after(_SUMMARIES, settings.with_summary)
    return button(say("{n} with summary", n=following), f"settings summaries {following}")


def _next_patience(settings: ChatSettings) -> Button:
    following = _after(_HOURS, settings.patience_minutes // 60)
    return button(say("If late: wait {n} h", n=following), f"settings patience {following}h")


def _after(values: tuple[int, ...], value: int) -> int:
    return next((each for each in values if each > value), values[0])


COMMANDS = (
    Command(
        "settings",
        say("everything that can be set"),
        settings,
        aliases=("set",),
        argument="[KEY VALUE]",
        examples=("settings", "settings notes weekly", "settings sound off", "settings summaries 7"),
        changes=with_argument,
        private=True,
    ),
)
