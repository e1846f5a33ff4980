"""Which names count for a topic and how strictly it is meant: each choice with its price, tapped on and off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.commands.core.command import Asked, Command
from bot.commands.queries.name_offers import names_of
from bot.commands.queries.topic_input import ARROW, both_forms, chosen
from bot.commands.search.preview import WEEK_DAYS
from bot.commands.subscriptions.topic_list import follows_nothing
from bot.commands.subscriptions.transactions import follow_instead
from bot.commands.ui.buttons import ROOM, button, page_buttons, page_of, paired, priced, rows
from bot.i18n import Sentence, say, say_n
from bot.matching.prefilter.topic_variants import Form, NamesOf, price, strict, toggles, wide
from bot.papers import Paper
from bot.topics import MatchLevel, Subject, Topic
from bot.topics.formatter import named, printed
from bot.views import Block, Button, Line, SmallPrint, View


@dataclass(frozen=True, slots=True)
class _Choices:
    """How many papers of the week the topic brings as it is, and its other forms."""

    papers: int
    levels: tuple[Form, ...]
    names: tuple[Form, ...]


async def edit(asked: Asked) -> View:
    """``edit diffusion`` shows the choices, ``edit OLD => NEW`` takes one and shows them again in the same message."""
    if ARROW in asked.argument:
        old, new = both_forms(asked.argument, "edit")
        await follow_instead(asked, old, new)
        return replace(await _choices_of(asked, new), in_place=True)
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
    if not subscriptions:
        return follows_nothing()
    text = asked.argument or str(subscriptions[0].number)
    topic = chosen(subscriptions, text, "edit").topic
    return replace(await _choices_of(asked, topic), in_place=asked.call.pressed is not None)


async def _choices_of(asked: Asked, topic: Topic) -> View:
    first = asked.today - timedelta(days=WEEK_DAYS - 1)
    async with asked.services.storage.read() as work:
        listed = await work.papers.listed_between(first, asked.today)
    known = await names_of(asked.services, topic, asked.today)
    week = [paper for paper in listed if paper.listed_on >= first]
    choices = await asyncio.to_thread(_priced, topic, known, week)
    return View((*_lines(asked, topic, choices), _buttons(topic, choices, asked.page)))


def _priced(topic: Topic, known: Sequence[NamesOf], week: Sequence[Paper]) -> _Choices:
    levels = (
        Form(_level(topic, MatchLevel.STRICT, say("Only clear ones")), strict(topic), 0),
        Form(_level(topic, MatchLevel.NORMAL, say("Normal")), replace(topic, level=MatchLevel.NORMAL), 0),
        Form(_level(topic, MatchLevel.WIDE, say("Mentions too")), wide(topic), 0),
    )
    names = tuple(form for each in known for form in toggles(topic, each, week))
    counted = tuple(replace(form, papers=price(form.topic, week)) for form in levels)
    return _Choices(price(topic, week), counted, names)


def _level(topic: Topic, level: MatchLevel, label: Sentence) -> Sentence:
    return say("● {level}", level=label) if topic.level is level else label


def _lines(asked: Asked, topic: Topic, choices: _Choices) -> Iterator[Block]:
    yield Line(
        say_n(
            "<b>{topic}</b>: {n} paper in the last 7 days.",
            "<b>{topic}</b>: {n} papers in the last 7 days.",
            choices.papers,
            topic=named(topic),
        )
    )
    if choices.names:
        yield Line(say("✓ counts too. Tap a name to drop it or to add it; in brackets what the week would bring then."))
        if isinstance(topic.expression, Subject):
            example = asked.typed(f'subscribe {topic.expression.words} also:"…"')
            yield SmallPrint(say("Names of your own: <code>{example}</code>", example=example))
    else:
        yield Line(say("Tap what you want; in brackets what the week would bring then."))


def _buttons(topic: Topic, choices: _Choices, page: int) -> Block:
    shown = page_of(page, len(choices.names))
    levels = [_choice(topic, form) for form in choices.levels]
    names = [_choice(topic, form) for form in choices.names[shown]]
    pages = page_buttons(shown, len(choices.names), f"edit {printed(topic)}")
    back = [button(say("Topics"), "topics"), button(say("All {n}", n=choices.papers), f"week {printed(topic)}")]
    return rows(*paired(names), pages, *paired(levels), back if choices.papers else back[:1])


def _choice(topic: Topic, form: Form) -> Button:
    return button(priced(form.label, form.papers, ROOM[1]), f"edit {printed(topic)} {ARROW} {printed(form.topic)}")


COMMANDS = (
    Command(
        "edit",
        say("which names count for a topic, and how strictly"),
        edit,
        argument="TOPIC",
        examples=("edit diffusion",),
        changes=lambda argument: ARROW in argument,
        hidden=True,
        private=True,
    ),
)
