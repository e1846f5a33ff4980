"""A chat's digest set up all at once, by a form: topics, hour, zone, days, and how many papers with their summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.chats import Chat, ChatSettings, Layout, Subscription
from bot.commands.core.chat_updates import change_in, scheduled
from bot.commands.core.command import Asked, Command, with_argument
from bot.commands.queries.topic_input import followed, read_topic
from bot.commands.settings.schedule_parsing import Wish, read_wish
from bot.commands.settings.values import SUMMARIES
from bot.commands.subscriptions.topic_list import topics_and_rhythm, when_next
from bot.commands.subscriptions.transactions import follow_all, unfollow
from bot.commands.ui.buttons import button, rows
from bot.commands.ui.group_replies import set_up_here
from bot.errors import UserMistake
from bot.i18n import listing, say
from bot.topics import Topic
from bot.topics.formatter import named
from bot.views import Line, Mistake, SetupForm, SmallPrint, View

TOPICS: Final = "topics"
HOUR: Final = "hour"
ZONE: Final = "zone"
DAYS: Final = "days"


class _AtField(Exception):
    """A mistake and the field it is about."""

    def __init__(self, field: str, mistake: UserMistake) -> None:
        super().__init__(field)
        self.view = View((Mistake(mistake.sentence, mistake.text, mistake.place, field),), private=True)


@dataclass(frozen=True, slots=True)
class _FilledIn:
    """What was changed in the form."""

    added: tuple[Topic, ...]
    stopped: tuple[str, ...]
    wish: Wish
    summaries: int | None


async def setup(asked: Asked) -> View:
    """Without an argument the form; with what was filled in (JSON: ``add``, ``stop``, ``hour``, ``zone``, ``days``,
    ``summaries``, each optional) all of it is set, or nothing where something can't be read."""
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
    if not asked.argument:
        return _form(asked, subscriptions)
    try:
        filled = _read(asked.argument)
        await _follow(asked, filled, subscriptions)
    except _AtField as wrong:
        return wrong.view
    chat, topics = await _set(asked, filled)
    done = _done(asked, chat, topics)
    return done if subscriptions else replace(done, aloud=set_up_here(asked, chat, topics))


def _form(asked: Asked, subscriptions: Sequence[Subscription]) -> View:
    settings = asked.chat.settings
    form = SetupForm(
        tuple(named(each.topic) for each in subscriptions),
        settings.hour,
        settings.zone or asked.call.zone_hint,
        settings.days,
        0 if settings.layout is Layout.TITLES else settings.with_summary,
        (0, *SUMMARIES),
    )
    line = Line(topics_and_rhythm(len(subscriptions), asked.chat))
    typed = say(
        "To change it by words: <code>{topic}</code>, <code>{when}</code>.",
        topic=asked.typed("subscribe diffusion"),
        when=asked.typed("when 09:00 Berlin weekdays"),
    )
    buttons = rows([button(say("Topics"), "topics"), button(say("Settings"), "settings")])
    return View((line, SmallPrint(typed), buttons), form=form, private=True)


def _read(argument: str) -> _FilledIn:
    """Raises _AtField, or UserMistake for what no form sends."""
    try:
        values = json.loads(argument)
        if not isinstance(values, dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise UserMistake(say("That was not sent by my form. Open it again:"), suggestions=("setup",)) from None
    summaries = values.get("summaries")
    return _FilledIn(
        tuple(_topic(text) for text in _texts(values, "add")),
        _texts(values, "stop"),
        _wish(values),
        summaries if summaries in (0, *SUMMARIES) else None,
    )


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = values.get(name)
    texts = [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
    return tuple(filter(None, map(str.strip, texts)))


def _topic(text: str) -> Topic:
    try:
        return read_topic(text, "subscribe")
    except UserMistake as mistake:
        raise _AtField(TOPICS, mistake) from None


def _wish(values: Mapping[str, Any]) -> Wish:
    wish = Wish()
    for field in (HOUR, ZONE, DAYS):
        text = values.get(field)
        if isinstance(text, str) and text.strip():
            wish = _with(wish, field, text)
    return wish


def _with(wish: Wish, field: str, text: str) -> Wish:
    try:
        read = read_wish(text)
    except UserMistake as mistake:
        raise _AtField(field, mistake) from None
    value = getattr(read, field)
    if value is None:
        raise _AtField(field, UserMistake(say("<b>{text}</b> does not belong here.", text=text), text=text))
    changes: dict[str, Any] = {field: value}
    return replace(wish, **changes)


async def _follow(asked: Asked, filled: _FilledIn, subscriptions: Sequence[Subscription]) -> None:
    """What is new is followed, what was taken out is stopped; all or nothing of the new ones."""
    new = [topic for topic in filled.added if followed(subscriptions, topic) is None]
    expanded = [await asked.services.followed_as(topic, asked.today) for topic in new]
    try:
        if expanded:
            await follow_all(asked, expanded)
    except UserMistake as mistake:
        raise _AtField(TOPICS, mistake) from None
    gone = {text.casefold() for text in filled.stopped} - {named(topic).casefold() for topic in filled.added}
    if stopped := [each for each in subscriptions if named(each.topic).casefold() in gone]:
        await unfollow(asked, stopped)


async def _set(asked: Asked, filled: _FilledIn) -> tuple[Chat, list[str]]:
    """The chat as it stands then, and its topics."""
    async with asked.services.storage.write() as work:
        topics = [named(each.topic) for each in await work.topics.of_chat(asked.chat.id)]

        def change(chat: Chat) -> Chat:
            settings = _settings(chat.settings, filled)
            if settings == chat.settings:
                return chat
            return scheduled(replace(chat, settings=settings), asked.now, follows=bool(topics))

        chat = await change_in(work, asked.chat, change)
        await work.commit()
    return chat, topics


def _settings(settings: ChatSettings, filled: _FilledIn) -> ChatSettings:
    wished = filled.wish.applied(settings)
    # The form always names an hour; only another one ends waiting for the complete list.
    waits = settings.when_settled and wished.hour == settings.hour
    return _with_summaries(replace(wished, when_settled=waits), filled.summaries)


def _with_summaries(settings: ChatSettings, summaries: int | None) -> ChatSettings:
    """0 is titles alone; a layout that shows all of them stays, unless another number is chosen."""
    if summaries == 0:
        return replace(settings, layout=Layout.TITLES)
    if summaries is None or (summaries == settings.with_summary and settings.layout is not Layout.TITLES):
        return settings
    return replace(settings, layout=Layout.COMPACT, with_summary=summaries)


def _done(asked: Asked, chat: Chat, topics: Sequence[str]) -> View:
    if not topics:
        return View((Line(say("✓ Saved. Digests begin once a topic is followed.")),), private=True)
    where = say("#{name}", name=chat.title) if chat.title and not asked.personal else say("you")
    headline = say("✓ Done: {where} · {rhythm}", where=where, rhythm=topics_and_rhythm(len(topics), chat))
    now = button(say("Send me today’s now") if asked.personal else say("Post today’s now"), "digest")
    buttons = rows([now, button(say("Topics"), "topics"), button(say("Edit"), "setup")])
    following = Line(say("{topics}", topics=listing(topics)))
    return View((Line(headline), following, Line(when_next(chat, asked)), buttons), summary=headline, private=True)


COMMANDS = (
    Command(
        "setup",
        say("everything about the digest in one form"),
        setup,
        argument="JSON",
        changes=with_argument,
        hidden=True,
        private=True,
    ),
)
