"""Which names count for a topic and how strictly it is meant: each choice with its count, tapped on and off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.name_offers import find_subject_synonyms
from bot.commands.queries.topic_input import REPLACEMENT_ARROW, parse_replacement, resolve_subscription
from bot.commands.search.preview import PREVIEW_DAYS
from bot.commands.subscriptions.topic_list import no_topics_view
from bot.commands.subscriptions.transactions import replace_subscription
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, page_buttons, page_slice, two_columns, with_count
from bot.i18n import LazyText, t, tn
from bot.matching.prefilter.topic_variants import (
    SubjectSynonyms,
    TopicVariant,
    as_strict,
    as_wide,
    count_matches,
    synonym_toggles,
)
from bot.papers import Paper
from bot.topics import MatchLevel, Subject, Topic
from bot.topics.formatter import format_short, format_topic
from bot.views import Block, Button, Footer, TextBlock, View


@dataclass(frozen=True, slots=True)
class _VariantChoices:
    """How many papers of the week the topic brings as it is, and its variants."""

    papers: int
    levels: tuple[TopicVariant, ...]
    names: tuple[TopicVariant, ...]


async def edit(context: CommandContext) -> View:
    """``edit diffusion`` shows the choices, ``edit OLD => NEW`` takes one and shows them again in the same message."""
    if REPLACEMENT_ARROW in context.argument:
        old, new = parse_replacement(context.argument, "edit")
        await replace_subscription(context, old, new)
        return replace(await _choices_view(context, new), replaces_message=True)
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    if not subscriptions:
        return no_topics_view()
    text = context.argument or str(subscriptions[0].number)
    topic = resolve_subscription(subscriptions, text, "edit").topic
    return replace(await _choices_view(context, topic), replaces_message=context.call.pressed_message is not None)


async def _choices_view(context: CommandContext, topic: Topic) -> View:
    first = context.today - timedelta(days=PREVIEW_DAYS - 1)
    async with context.services.storage.read() as work:
        listed = await work.papers.listed_between(first, context.today)
    known = find_subject_synonyms(context.services, topic)
    week = [paper for paper in listed if paper.list_day() >= first]
    choices = await asyncio.to_thread(_count_choices, topic, known, week)
    return View((*_lines(context, topic, choices), _buttons(topic, choices, context.page)))


def _count_choices(topic: Topic, known: Sequence[SubjectSynonyms], week: Sequence[Paper]) -> _VariantChoices:
    levels = (
        TopicVariant(_level_label(topic, MatchLevel.STRICT, t("Only clear ones")), as_strict(topic), 0),
        TopicVariant(_level_label(topic, MatchLevel.NORMAL, t("Normal")), replace(topic, level=MatchLevel.NORMAL), 0),
        TopicVariant(_level_label(topic, MatchLevel.WIDE, t("Mentions too")), as_wide(topic), 0),
    )
    names = tuple(form for each in known for form in synonym_toggles(topic, each, week))
    counted = tuple(replace(form, papers=count_matches(form.topic, week)) for form in levels)
    return _VariantChoices(count_matches(topic, week), counted, names)


def _level_label(topic: Topic, level: MatchLevel, label: LazyText) -> LazyText:
    return t("● {level}", level=label) if topic.level is level else label


def _lines(context: CommandContext, topic: Topic, choices: _VariantChoices) -> Iterator[Block]:
    yield TextBlock(
        tn(
            "<b>{topic}</b>: {n} paper in the last 7 days.",
            "<b>{topic}</b>: {n} papers in the last 7 days.",
            choices.papers,
            topic=format_short(topic),
        )
    )
    if choices.names:
        yield TextBlock(
            t("✓ counts too. Tap a name to drop it or to add it; in brackets what the week would bring then.")
        )
        if isinstance(topic.expression, Subject):
            example = context.usage(f'subscribe {topic.expression.words} also:"…"')
            yield Footer(t("Names of your own: <code>{example}</code>", example=example))
    else:
        yield TextBlock(t("Tap what you want; in brackets what the week would bring then."))


def _buttons(topic: Topic, choices: _VariantChoices, page: int) -> Block:
    shown = page_slice(page, len(choices.names))
    levels = [_choice(topic, form) for form in choices.levels]
    names = [_choice(topic, form) for form in choices.names[shown]]
    pages = page_buttons(shown, len(choices.names), f"edit {format_topic(topic)}")
    back = [button(t("Topics"), "topics"), button(t("All {n}", n=choices.papers), f"week {format_topic(topic)}")]
    return button_rows(*two_columns(names), pages, *two_columns(levels), back if choices.papers else back[:1])


def _choice(topic: Topic, form: TopicVariant) -> Button:
    return button(
        with_count(form.label, form.papers, LABEL_WIDTHS[1]),
        f"edit {format_topic(topic)} {REPLACEMENT_ARROW} {format_topic(form.topic)}",
    )


COMMANDS = (
    Command(
        "edit",
        t("which names count for a topic, and how strictly"),
        edit,
        argument="TOPIC",
        examples=("edit diffusion",),
        changes=lambda argument: REPLACEMENT_ARROW in argument,
        hidden=True,
        private=True,
    ),
)
