"""A chat's digest set up all at once, by a form: topics, hour, zone, days, and how many papers with their summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.chats import Chat, ChatSettings, Layout, Subscription
from bot.commands.core.chat_updates import update_chat_in, with_next_digest
from bot.commands.core.command import Command, CommandContext, has_argument
from bot.commands.queries.topic_input import find_subscription, parse_topic
from bot.commands.settings.schedule_parsing import ScheduleChange, parse_schedule
from bot.commands.settings.values import SUMMARY_COUNTS
from bot.commands.subscriptions.topic_list import next_digest_note, topics_and_schedule
from bot.commands.subscriptions.transactions import follow_all, unfollow
from bot.commands.ui.buttons import button, button_rows
from bot.commands.ui.group_replies import public_setup_note
from bot.errors import InputError
from bot.i18n import join_texts, t
from bot.topics import Topic
from bot.topics.formatter import format_short
from bot.views import Footer, InputErrorBlock, SetupForm, TextBlock, View

TOPICS_FIELD: Final = "topics"
HOUR_FIELD: Final = "hour"
ZONE_FIELD: Final = "zone"
DAYS_FIELD: Final = "days"


class _FieldError(Exception):
    """A mistake and the field it is about."""

    def __init__(self, field: str, mistake: InputError) -> None:
        super().__init__(field)
        self.view = View((InputErrorBlock(mistake.message, mistake.input, mistake.span, field),), private=True)


@dataclass(frozen=True, slots=True)
class _FormInput:
    """What was changed in the form."""

    added: tuple[Topic, ...]
    stopped: tuple[str, ...]
    schedule: ScheduleChange
    summaries: int | None


async def setup(context: CommandContext) -> View:
    """Without an argument the form; with what was filled in (JSON: ``add``, ``stop``, ``hour``, ``zone``, ``days``,
    ``summaries``, each optional) all of it is set, or nothing where something can't be read."""
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    if not context.argument:
        return _form_view(context, subscriptions)
    try:
        filled = _parse_form(context.argument, context.now)
        await _update_subscriptions(context, filled, subscriptions)
    except _FieldError as wrong:
        return wrong.view
    chat, topics = await _apply_form(context, filled)
    done = _done_view(context, chat, topics)
    return done if subscriptions else replace(done, public_note=public_setup_note(context, chat, topics))


def _form_view(context: CommandContext, subscriptions: Sequence[Subscription]) -> View:
    settings = context.chat.settings
    form = SetupForm(
        tuple(format_short(each.topic) for each in subscriptions),
        settings.hour,
        settings.zone or context.call.zone_hint,
        settings.days,
        0 if settings.layout is Layout.TITLES else settings.compact_summaries,
        (0, *SUMMARY_COUNTS),
    )
    line = TextBlock(topics_and_schedule(len(subscriptions), context.chat))
    typed = t(
        "To change it by words: <code>{topic}</code>, <code>{when}</code>.",
        topic=context.usage("subscribe diffusion"),
        when=context.usage("when 09:00 Berlin weekdays"),
    )
    buttons = button_rows([button(t("Topics"), "topics"), button(t("Settings"), "settings")])
    return View((line, Footer(typed), buttons), form=form, private=True)


def _parse_form(argument: str, now: datetime) -> _FormInput:
    """Raises _FieldError, or InputError for what no form sends."""
    try:
        values = json.loads(argument)
        if not isinstance(values, dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise InputError(t("That was not sent by my form. Open it again:"), suggestions=("setup",)) from None
    summaries = values.get("summaries")
    return _FormInput(
        tuple(_parse_topic_field(text) for text in _text_values(values, "add")),
        _text_values(values, "stop"),
        _parse_schedule_fields(values, now),
        summaries if summaries in (0, *SUMMARY_COUNTS) else None,
    )


def _text_values(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = values.get(name)
    texts = [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
    return tuple(filter(None, map(str.strip, texts)))


def _parse_topic_field(text: str) -> Topic:
    try:
        return parse_topic(text, "subscribe")
    except InputError as mistake:
        raise _FieldError(TOPICS_FIELD, mistake) from None


def _parse_schedule_fields(values: Mapping[str, Any], now: datetime) -> ScheduleChange:
    wish = ScheduleChange()
    for field in (HOUR_FIELD, ZONE_FIELD, DAYS_FIELD):
        text = values.get(field)
        if isinstance(text, str) and text.strip():
            wish = _with_field(wish, field, text, now)
    return wish


def _with_field(wish: ScheduleChange, field: str, text: str, now: datetime) -> ScheduleChange:
    try:
        read = parse_schedule(text, now)
    except InputError as mistake:
        raise _FieldError(field, mistake) from None
    value = getattr(read, field)
    if value is None:
        raise _FieldError(field, InputError(t("<b>{text}</b> does not belong here.", text=text), input=text))
    changes: dict[str, Any] = {field: value}
    return replace(wish, **changes)


async def _update_subscriptions(
    context: CommandContext, filled: _FormInput, subscriptions: Sequence[Subscription]
) -> None:
    """What is new is followed, what was taken out is stopped; all or nothing of the new ones."""
    new = [topic for topic in filled.added if find_subscription(subscriptions, topic) is None]
    expanded = [context.services.as_followed(topic) for topic in new]
    try:
        if expanded:
            await follow_all(context, expanded)
    except InputError as mistake:
        raise _FieldError(TOPICS_FIELD, mistake) from None
    gone = {text.casefold() for text in filled.stopped} - {format_short(topic).casefold() for topic in filled.added}
    if stopped := [each for each in subscriptions if format_short(each.topic).casefold() in gone]:
        await unfollow(context, stopped)


async def _apply_form(context: CommandContext, filled: _FormInput) -> tuple[Chat, list[str]]:
    """The chat as it stands then, and its topics."""
    async with context.services.storage.write() as work:
        topics = [format_short(each.topic) for each in await work.subscriptions.of_chat(context.chat.id)]

        def change(chat: Chat) -> Chat:
            settings = _changed_settings(chat.settings, filled)
            if settings == chat.settings:
                return chat
            return with_next_digest(replace(chat, settings=settings), context.now, follows=bool(topics))

        chat = await update_chat_in(work, context.chat, change)
        await work.commit()
    return chat, topics


def _changed_settings(settings: ChatSettings, filled: _FormInput) -> ChatSettings:
    wished = filled.schedule.apply_to(settings)
    # The form always names an hour; only another one ends waiting for the complete list.
    waits = settings.wait_for_complete_list and wished.hour == settings.hour
    return _with_summaries(replace(wished, wait_for_complete_list=waits), filled.summaries)


def _with_summaries(settings: ChatSettings, summaries: int | None) -> ChatSettings:
    """0 is titles alone; a layout that shows all of them stays, unless another number is chosen."""
    if summaries == 0:
        return replace(settings, layout=Layout.TITLES)
    if summaries is None or (summaries == settings.compact_summaries and settings.layout is not Layout.TITLES):
        return settings
    return replace(settings, layout=Layout.COMPACT, compact_summaries=summaries)


def _done_view(context: CommandContext, chat: Chat, topics: Sequence[str]) -> View:
    if not topics:
        return View((TextBlock(t("✓ Saved. Digests begin once a topic is followed.")),), private=True)
    mark = context.capabilities.phrases.shared_mark
    where = t("{name}", name=mark + chat.title) if chat.title and not context.personal else t("you")
    headline = t("✓ Done: {where} · {rhythm}", where=where, rhythm=topics_and_schedule(len(topics), chat))
    now = button(t("Send me today’s now") if context.personal else t("Post today’s now"), "digest")
    buttons = button_rows([now, button(t("Topics"), "topics"), button(t("Edit"), "setup")])
    following = TextBlock(t("{topics}", topics=join_texts(topics)))
    return View(
        (TextBlock(headline), following, TextBlock(next_digest_note(chat, context)), buttons),
        summary=headline,
        private=True,
    )


COMMANDS = (
    Command(
        "setup",
        t("everything about the digest in one form"),
        setup,
        argument="JSON",
        changes=has_argument,
        hidden=True,
        private=True,
    ),
)
