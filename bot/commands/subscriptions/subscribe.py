"""Following topics: subscribe, and taking another form of a topic instead."""

from __future__ import annotations

from dataclasses import replace

from bot.chats import Chat, ChatKind
from bot.commands.core.command import Asked, Command
from bot.commands.queries.name_matching import names_meant
from bot.commands.queries.topic_input import both_forms, read_topic
from bot.commands.search.preview import Preview, preview_topic
from bot.commands.search.preview_buttons import change_command, preview_buttons
from bot.commands.search.preview_view import brought, understood
from bot.commands.subscriptions.browse import what_to_follow
from bot.commands.subscriptions.topic_list import AND_ALSO, time_button, topics_list, when_next
from bot.commands.subscriptions.transactions import Followed, follow, follow_all, follow_instead
from bot.commands.ui.buttons import ROOM, button, priced, rows, short
from bot.commands.ui.dates import rhythm_words, zone_name
from bot.commands.ui.group_replies import following_here, set_up_here
from bot.commands.ui.timezones import likely_zones
from bot.i18n import Sentence, Value, say
from bot.matching.prefilter.topic_variants import Form, subjects
from bot.topics import Field, Topic
from bot.topics.ast import FieldName
from bot.topics.formatter import named
from bot.views import Block, Line, SmallPrint, View


async def subscribe(asked: Asked) -> View:
    """Follows at once, then shows what that means, with Undo."""
    if not asked.argument:
        return what_to_follow(asked)
    typed = read_topic(asked.argument.removeprefix("to "), "subscribe")
    topic = await asked.services.followed_as(typed, asked.today)
    done = await follow(asked, topic)
    if not done.new:
        known = done.subscription.topic
        return await (_changed(asked, known, topic) if _says_names(typed) and topic != known else _already(done, asked))
    view = await _following(asked, done.chat, topic, undo=f"unsubscribe {named(topic)}")
    if done.first:
        view = replace(view, aloud=set_up_here(asked, done.chat, [named(topic)]))
    where_unknown = done.first and not done.chat.settings.zone and not asked.terse
    return _with_zone_hint(view, asked) if where_unknown else view


def _says_names(typed: Topic) -> bool:
    return any(subject.also is not None for subject in subjects(typed))


async def _already(done: Followed, asked: Asked) -> View:
    """What counts, and the buttons to change it: the topic may go by other names than were asked for now."""
    topic = done.subscription.topic
    preview = await preview_topic(asked.services, topic, asked.today)
    line = say(
        "You already follow <b>{topic}</b>, since {day}. {next}",
        topic=named(topic),
        day=done.subscription.added_on,
        next=when_next(done.chat, asked),
    )
    stop = button(say("Stop it"), f"unsubscribe {named(topic)}")
    if asked.terse:
        return View((Line(line), rows([stop, button(say("Topics"), "topics")])))
    return View((Line(line), *understood(preview), *brought(preview), rows(*preview_buttons(preview), [stop])))


async def _following(asked: Asked, chat: Chat, topic: Topic, undo: str) -> View:
    preview = await preview_topic(asked.services, topic, asked.today)
    if asked.terse:
        return following_here(asked, chat, topic, len(preview.week), undo)
    headline = _headline(asked, topic, chat)
    names = await _names(asked, preview)
    hint = [Line(say("It is a name here; follow that instead, in brackets its papers:"))] if names else []
    blocks: list[Block] = [Line(headline), *understood(preview), *brought(preview), *hint]
    blocks.append(Line(when_next(chat, asked)))
    taps = [[button(priced(each.label, each.papers, ROOM[1]), change_command(topic, each.topic))] for each in names]
    last_row = [button(say("Undo"), undo), time_button(chat)]
    return View((*blocks, rows(*taps, *preview_buttons(preview), last_row)), summary=headline)


async def _names(asked: Asked, preview: Preview) -> tuple[Form, ...]:
    """Whose name the topic is, where it brought nothing as a subject."""
    first = preview.archive.first_day
    if preview.week or first is None:
        return ()
    return await names_meant(asked.services, preview.topic, first, asked.today)


def _headline(asked: Asked, topic: Topic, chat: Chat) -> Sentence:
    if asked.personal:
        return _following_what(topic)
    values: dict[str, Value] = {"topic": named(topic), "rhythm": rhythm_words(chat.settings)}
    if chat.kind is ChatKind.CHANNEL:
        return say("✓ This channel follows <b>{topic}</b>; {rhythm}.", **values)
    if not asked.call.person_name:
        return say("✓ This group follows <b>{topic}</b>; {rhythm}, without sound.", **values)
    setter = asked.call.person_name
    return say("✓ This group follows <b>{topic}</b> (set by {name}); {rhythm}, without sound.", name=setter, **values)


def _following_what(topic: Topic) -> Sentence:
    match topic.expression:
        case Field(FieldName.AUTHOR, name):
            return say("✓ Following the author <b>{name}</b>", name=name)
        case Field(FieldName.ORG, name):
            return say("✓ Following the lab <b>{name}</b>", name=name)
    return say("✓ Following <b>{topic}</b>", topic=named(topic))


def _with_zone_hint(view: View, asked: Asked) -> View:
    """Said once, with the first topic: until a zone is chosen the digest leaves at 13:00 UTC."""
    example = asked.typed("when 09:00 Europe/Berlin")
    hint = say("I don’t know your time zone yet. Tap a city, or say it: <code>{example}</code>", example=example)
    cities = [
        button(say("{city}", city=short(zone_name(zone), ROOM[3])), f"when {zone}")
        for zone in likely_zones(asked.call.language)
    ]
    return replace(view, blocks=(*view.blocks[:-1], SmallPrint(hint), view.blocks[-1], rows(cities)))


async def again(asked: Asked) -> View:
    """Takes stopping several topics back."""
    await follow_all(asked, [read_topic(text, "subscribe") for text in asked.argument.split(AND_ALSO)])
    return await topics_list(asked)


async def change(asked: Asked) -> View:
    """Follows another form of a topic in its place: ``change benchmark => benchmark has:code``."""
    old, new = both_forms(asked.argument, "change")
    return await _changed(asked, old, await asked.services.followed_as(new, asked.today))


async def _changed(asked: Asked, old: Topic, new: Topic) -> View:
    chat, replaced = await follow_instead(asked, old, new)
    undo = change_command(new, replaced.topic) if replaced else f"unsubscribe {named(new)}"
    return replace(await _following(asked, chat, new, undo), in_place=True)


COMMANDS = (
    Command(
        "subscribe",
        say("follow a topic, an author or a lab"),
        subscribe,
        aliases=("follow",),
        argument="TOPIC",
        examples=("subscribe diffusion", 'subscribe author:"Yann LeCun"', "subscribe reasoning -math has:code"),
        changes=True,
        private=True,
        menu=True,
    ),
    Command(
        "change",
        say("follow another form of a topic in its place"),
        change,
        argument="OLD => NEW",
        examples=("change diffusion => diffusion has:code",),
        changes=True,
        hidden=True,
        private=True,
    ),
    Command(
        "again",
        say("follow several topics again that were stopped"),
        again,
        argument="TOPIC ;; TOPIC",
        changes=True,
        hidden=True,
        private=True,
    ),
)
