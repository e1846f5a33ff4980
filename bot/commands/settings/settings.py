"""Settings: all of them at a glance, each changed by tapping, in the same message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.chats import Chat, ChatSettings, EmptyNote, Layout, Platform
from bot.commands.core.chat_updates import change_in, scheduled
from bot.commands.core.command import Asked, Command
from bot.commands.settings.pages import BACK, page
from bot.commands.settings.text import setting_lines, settings_in_a_line
from bot.commands.settings.values import KEYS, changed, moves_digest, unknown
from bot.commands.settings.values import SUMMARIES as SUMMARIES
from bot.commands.ui.buttons import ROOM, button, in_rows, rows, short
from bot.commands.ui.dates import days_words, zone_name
from bot.due import shown_hour
from bot.i18n import Sentence, say
from bot.views import Block, Button, Line, View

_STAYING = ("days",)  # where one tap is seldom the last


async def settings(asked: Asked) -> View:
    """Shows every setting; with a key its page, with a key and a value changes it."""
    key, _, value = asked.argument.partition(" ")
    key = key.casefold()
    if not key:
        return _shown(asked, asked.chat)
    if key == BACK:
        return replace(_shown(asked, asked.chat), in_place=True)
    if not value.strip():
        return _page(asked, key)
    chat = await _change(asked)
    following = _following(key, chat.settings)
    view = (page(asked, following, chat.settings) if following else None) or _shown(asked, chat)
    return replace(view, in_place=True, toast=say("Changed."))


def changes(argument: str) -> bool:
    """Only with a value does it change anything, without one it shows."""
    return len(argument.split(maxsplit=1)) > 1


def _following(key: str, settings: ChatSettings) -> str:
    """The page that stands there after a change: an hour without a city says nothing yet."""
    if key == "hour" and not settings.zone:
        return "zone"
    return key if key in _STAYING else ""


def _page(asked: Asked, key: str) -> View:
    """Raises UserMistake with what there is."""
    shown = page(asked, key, asked.chat.settings)
    if shown is not None:
        return shown
    if key in KEYS:
        return _shown(asked, asked.chat)
    raise unknown(key, asked.argument)


async def _change(asked: Asked) -> Chat:
    defaults = _defaults(asked, asked.chat)
    changed(asked.argument, asked.chat.settings, defaults)  # what can't be read is told before anything is written
    async with asked.services.storage.write() as work:
        follows = bool(await work.topics.of_chat(asked.chat.id))

        def change(chat: Chat) -> Chat:
            now = replace(chat, settings=changed(asked.argument, chat.settings, defaults))
            return scheduled(now, asked.now, follows=follows) if moves_digest(asked.argument) else now

        chat = await change_in(work, asked.chat, change)
        await work.commit()
    return chat


def _defaults(asked: Asked, chat: Chat) -> ChatSettings:
    return asked.services.defaults.settings(chat.address.platform, chat.kind)


def _shown(asked: Asked, chat: Chat) -> View:
    lines: list[Block] = (
        [Line(settings_in_a_line(chat.settings))]
        if asked.terse
        else [Line(line) for line in setting_lines(chat, _defaults(asked, chat))]
    )
    return View((*lines, rows(*_buttons(chat, _defaults(asked, chat)))))


def _buttons(chat: Chat, defaults: ChatSettings) -> Iterator[tuple[Button, ...]]:
    yield from in_rows(list(_settings_buttons(chat)), 2)
    if replace(chat.settings, muted=()) != defaults:
        yield (button(say("Back to the defaults"), "settings defaults again"),)
    yield (button(say("Topics"), "topics"), button(say("Pause"), "pause"))


def _settings_buttons(chat: Chat) -> Iterator[Button]:
    settings = chat.settings
    yield _opens("hour", say("Hour · {hour}", hour=shown_hour(settings)))
    yield _opens("zone", say("Zone · {city}", city=short(zone_name(settings.zone), ROOM[3])))
    yield _opens("days", say("Days · {days}", days=_few_days(settings)))
    yield _opens("layout", say("Layout · {layout}", layout=_LAYOUTS[settings.layout]))
    if settings.layout is Layout.COMPACT:
        yield _opens("summaries", say("How many · {n}", n=settings.with_summary))
    yield _opens("patience", say("If late · {n} h", n=settings.patience_minutes // 60))
    if chat.kind.personal:
        yield _turns("sound", say("Sound · {state}", state=_state(not settings.silent)), on=not settings.silent)
        yield _opens("notes", say("If empty · {note}", note=_NOTES[settings.empty_note]))
    yield _turns("roundup", say("Roundup · {state}", state=_state(settings.roundup)), on=settings.roundup)
    if chat.address.platform is Platform.TELEGRAM:
        yield _turns("pictures", say("Pictures · {state}", state=_state(settings.pictures)), on=settings.pictures)


def _opens(key: str, label: Sentence) -> Button:
    return button(label, f"settings {key}")


def _turns(key: str, label: Sentence, *, on: bool) -> Button:
    """Turns it round; the button says which way, so that pressing it twice is pressing it once."""
    return button(label, f"settings {key} {'off' if on else 'on'}")


def _state(on: bool) -> Sentence:
    return say("on") if on else say("off")


def _few_days(settings: ChatSettings) -> Sentence:
    named = days_words(settings.days)
    return say("{n} a week", n=len(settings.days)) if 2 < len(settings.days) < 7 and named.msgid == "{days}" else named


_LAYOUTS = {Layout.TITLES: say("titles"), Layout.COMPACT: say("compact"), Layout.FULL: say("full")}
_NOTES = {EmptyNote.NEVER: say("silence"), EmptyNote.WEEKLY: say("weekly"), EmptyNote.DAILY: say("daily")}


COMMANDS = (
    Command(
        "settings",
        say("everything that can be set"),
        settings,
        aliases=("set",),
        argument="[KEY VALUE]",
        examples=("settings", "settings layout titles", "settings sound off", "settings summaries 7"),
        changes=changes,
        private=True,
    ),
)
