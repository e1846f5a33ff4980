"""Settings: all of them at a glance, each changed by tapping, in the same message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.chats import Chat, ChatKind, ChatSettings, EmptyDigestPolicy, Layout
from bot.commands.core.chat_updates import update_chat_in, with_next_digest
from bot.commands.core.command import Command, CommandContext
from bot.commands.settings.look import look_label
from bot.commands.settings.pages import BACK_KEY, setting_page
from bot.commands.settings.restoring import undo_setting_command
from bot.commands.settings.text import setting_lines, settings_summary
from bot.commands.settings.values import SETTING_KEYS, apply_setting, may_move_digest, unknown_setting_error
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, split_into_rows, truncate
from bot.commands.ui.dates import format_weekdays, zone_name
from bot.due import digest_hour
from bot.i18n import LazyText, t
from bot.views import Block, Button, TextBlock, View

_MULTI_TAP_KEYS = ("days",)  # where one tap is seldom the last


async def settings(context: CommandContext) -> View:
    """Shows every setting; with a key its page, with a key and a value changes it."""
    key, _, value = context.argument.partition(" ")
    key = key.casefold()
    if key == "look" and not _has_looks(context, context.chat):
        raise unknown_setting_error(key, context.argument)
    if not key:
        return _settings_view(context, context.chat)
    if key == BACK_KEY:
        return replace(_settings_view(context, context.chat), replaces_message=True)
    if not value.strip():
        return _setting_page(context, key)
    chat = await _apply_change(context)
    following = _next_page(key, chat.settings)
    view = (setting_page(context, following, chat.settings) if following else None) or _settings_view(context, chat)
    if chat.settings != context.chat.settings:
        undo = button(t("Undo"), undo_setting_command(context.argument, context.chat))
        view = replace(view, blocks=(*view.blocks, button_rows([undo])))
    return replace(view, replaces_message=True, toast=t("Changed."))


def changes_settings(argument: str) -> bool:
    """Only with a value does it change anything, without one it shows."""
    return len(argument.split(maxsplit=1)) > 1


def _next_page(key: str, settings: ChatSettings) -> str:
    """The page that stands there after a change: an hour without a city says nothing yet."""
    if key == "hour" and not settings.zone:
        return "zone"
    return key if key in _MULTI_TAP_KEYS else ""


def _setting_page(context: CommandContext, key: str) -> View:
    """Raises InputError with what there is."""
    shown = setting_page(context, key, context.chat.settings)
    if shown is not None:
        return shown
    if key in SETTING_KEYS:
        return _settings_view(context, context.chat)
    raise unknown_setting_error(key, context.argument)


async def _apply_change(context: CommandContext) -> Chat:
    defaults = _defaults(context, context.chat)
    apply_setting(
        context.argument, context.chat.settings, defaults, context.now
    )  # what can't be parsed is reported before anything is written
    async with context.services.storage.write() as work:
        follows = bool(await work.subscriptions.of_chat(context.chat.id))

        def change(chat: Chat) -> Chat:
            now = replace(chat, settings=apply_setting(context.argument, chat.settings, defaults, context.now))
            return with_next_digest(now, context.now, follows=follows) if may_move_digest(context.argument) else now

        chat = await update_chat_in(work, context.chat, change)
        await work.commit()
    return chat


def _defaults(context: CommandContext, chat: Chat) -> ChatSettings:
    return context.services.defaults_on(chat.address.platform).settings(chat.kind)


def _settings_view(context: CommandContext, chat: Chat) -> View:
    pictures, looks = context.capabilities.pictures, _has_looks(context, chat)
    lines: list[Block] = (
        [TextBlock(settings_summary(chat.settings))]
        if context.compact
        else [TextBlock(line) for line in setting_lines(chat, _defaults(context, chat), pictures=pictures, looks=looks)]
    )
    return View((*lines, button_rows(*_buttons(chat, _defaults(context, chat), pictures=pictures, looks=looks))))


def _has_looks(context: CommandContext, chat: Chat) -> bool:
    """Whether digests here can be drawn in more than one way."""
    return context.capabilities.rich_messages and chat.kind is not ChatKind.CHANNEL


def _buttons(chat: Chat, defaults: ChatSettings, *, pictures: bool, looks: bool) -> Iterator[tuple[Button, ...]]:
    look = [button(t("Look · {look}", look=look_label(chat.settings.look)), "look")] if looks else []
    yield from split_into_rows([*_settings_buttons(chat, pictures=pictures), *look], 2)
    if replace(chat.settings, muted=()) != defaults:
        yield (button(t("Back to the defaults"), "settings defaults again"),)
    yield (button(t("Topics"), "topics"), button(t("Pause"), "pause"))


def _settings_buttons(chat: Chat, *, pictures: bool) -> Iterator[Button]:
    settings = chat.settings
    yield _page_button("hour", t("Hour · {hour}", hour=digest_hour(settings)))
    yield _page_button("zone", t("Zone · {city}", city=truncate(zone_name(settings.zone), LABEL_WIDTHS[3])))
    yield _page_button("days", t("Days · {days}", days=_weekdays_label(settings)))
    yield _page_button("layout", t("Layout · {layout}", layout=_LAYOUTS[settings.layout]))
    if settings.layout is Layout.COMPACT:
        yield _page_button("summaries", t("How many · {n}", n=settings.compact_summaries))
    yield _page_button("patience", t("If late · {n} h", n=settings.source_grace_minutes // 60))
    if chat.kind.personal:
        yield _toggle_button(
            "sound", t("Sound · {state}", state=_on_off_label(not settings.silent)), on=not settings.silent
        )
        yield _page_button("notes", t("If empty · {note}", note=_NOTES[settings.empty_digest_policy]))
    yield _toggle_button("roundup", t("Roundup · {state}", state=_on_off_label(settings.roundup)), on=settings.roundup)
    if pictures:
        yield _toggle_button(
            "pictures", t("Pictures · {state}", state=_on_off_label(settings.pictures)), on=settings.pictures
        )


def _page_button(key: str, label: LazyText) -> Button:
    return button(label, f"settings {key}")


def _toggle_button(key: str, label: LazyText, *, on: bool) -> Button:
    """Turns it round; the button says which way, so that pressing it twice is pressing it once."""
    return button(label, f"settings {key} {'off' if on else 'on'}")


def _on_off_label(on: bool) -> LazyText:
    return t("on") if on else t("off")


def _weekdays_label(settings: ChatSettings) -> LazyText:
    named = format_weekdays(settings.days)
    return t("{n} a week", n=len(settings.days)) if 2 < len(settings.days) < 7 and named.msgid == "{days}" else named


_LAYOUTS = {Layout.TITLES: t("titles"), Layout.COMPACT: t("compact"), Layout.FULL: t("full")}
_NOTES = {
    EmptyDigestPolicy.NEVER: t("silence"),
    EmptyDigestPolicy.WEEKLY: t("weekly"),
    EmptyDigestPolicy.DAILY: t("daily"),
}


COMMANDS = (
    Command(
        "settings",
        t("everything that can be set"),
        settings,
        aliases=("set",),
        argument="[KEY VALUE]",
        examples=("settings", "settings layout titles", "settings sound off", "settings summaries 7"),
        changes=changes_settings,
        private=True,
    ),
)
