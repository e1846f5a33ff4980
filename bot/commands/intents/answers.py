"""Answers that no other command gives: to thanks, to anger, to a whole field, to what is pasted."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.core.command import Command, CommandContext
from bot.commands.intents.pasted_links import title_of_link
from bot.commands.intents.topic_phrases import GRAPH_TOPICS
from bot.commands.queries.topic_input import find_subscription, parse_topic
from bot.commands.search.preview import PREVIEW_DAYS
from bot.commands.subscriptions.browse import area_buttons
from bot.commands.ui.buttons import (
    LABEL_WIDTHS,
    button,
    button_rows,
    number_buttons,
    page_buttons,
    page_slice,
    primary_button,
    two_columns,
    with_count,
)
from bot.commands.ui.date_parsing import unreadable_day_error
from bot.commands.ui.navigation import origin_of
from bot.decisions.on_the_fly import find_matches
from bot.i18n import t
from bot.matching.catalogue.catalogue import CatalogueTopic
from bot.matching.text.tokenizer import folded_words
from bot.topics import Field, Topic
from bot.topics.ast import FieldName
from bot.topics.conditions import RESEARCH_FIELDS
from bot.topics.formatter import format_topic
from bot.topics.words import STOP_WORDS
from bot.views import Button, PaperList, PaperListItem, TextBlock, View

MAX_NEAR_PASTED = 5
# So much of an abstract's words in one paper, and it is that paper.
MIN_SAME_SHARE = 0.75


async def field(context: CommandContext) -> View:
    """A whole field is no topic: its parts to tap, those with most papers last week first. Without a known one, the
    areas."""
    topics = _field_topics(context)
    if not topics:
        line = t("That is a whole field; tap a part of it.")
        return View((TextBlock(line), button_rows(*area_buttons(context.services.catalogue))))
    counts = await context.services.count_week([each.name for each in topics], context.today)
    brought = [each for each in topics if counts.get(each.name, 0)] or topics
    ordered = sorted(brought, key=lambda each: -counts.get(each.name, 0))
    shown = page_slice(context.page, len(ordered))
    taps = [await _part_button(context, each, counts.get(each.name, 0)) for each in ordered[shown]]
    line = t("That is a whole field; tap a part of it.")
    if any(counts.values()):
        line = t("That is a whole field; tap a part of it. In brackets the papers of the last 7 days.")
    pages = page_buttons(shown, len(ordered), f"field {context.argument}")
    last = [button(t("Other areas"), "browse"), primary_button(t("Done"), "topics")]
    whole = await _whole_field_button(context)
    return View(
        (TextBlock(line), button_rows(*two_columns(taps), pages, whole, last)), replaces_message=context.page > 1
    )


async def _whole_field_button(context: CommandContext) -> list[Button]:
    """Following the whole field, with its papers of the last 7 days; none where the grammar has no such field."""
    area = context.argument.casefold()
    if area not in RESEARCH_FIELDS:
        return []
    topic, first = Topic(Field(FieldName.FIELD, area)), context.today - timedelta(days=PREVIEW_DAYS - 1)
    found = await find_matches(
        context.services.storage, context.services.index, topic, first, context.today, context.bounds
    )
    label = t("All of {field}", field=area)
    return [button(with_count(label, len(found), LABEL_WIDTHS[1]), f"subscribe {format_topic(topic)}")] if found else []


def _field_topics(context: CommandContext) -> list[CatalogueTopic]:
    catalogue, area = context.services.catalogue, context.argument.casefold()
    if area == "graphs":
        return [topic for name in GRAPH_TOPICS if (topic := catalogue.find(name))]
    return [topic for topic in catalogue.topics if topic.area.casefold() == area]


async def _part_button(context: CommandContext, topic: CatalogueTopic, papers: int) -> Button:
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    if find_subscription(subscriptions, parse_topic(topic.name, "subscribe")):
        return button(t("✓ {label}", label=topic.label), f"unsubscribe {topic.name}")
    label = t("{label}", label=topic.label)
    return button(with_count(label, papers, LABEL_WIDTHS[1]) if papers else label, f"subscribe {topic.name}")


async def thanks(context: CommandContext) -> View:
    """A friendly word back."""
    taps = button_rows([button(t("Today’s list"), "today"), button(t("My topics"), "topics")])
    return View((TextBlock(t("With pleasure!")), taps))


async def sorry(context: CommandContext) -> View:
    """Anger usually means that too much came, or the wrong things."""
    line = t("Sorry that I am no better help. Perhaps one of these puts it right; nothing was changed.")
    taps = button_rows(
        [button(t("My topics"), "topics"), button(t("Pause"), "pause")],
        [button(t("Settings"), "settings"), button(t("What I can do"), "help")],
    )
    return View((TextBlock(line), taps))


async def unreadable_day(context: CommandContext) -> View:
    """Raises InputError: there is no such day."""
    raise unreadable_day_error(context.argument, context.today)


async def other_language(context: CommandContext) -> View:
    """The papers are in English, so a search for other words finds nothing."""
    line = t("The papers are in English, and so are their topics; try it in English, or tap one.")
    taps = [button(t("{topic}", topic=name), f"search {name}") for name in ("diffusion", "LLM agents", "robotics")]
    browse = button(t("Topics by area"), "browse")
    return View((TextBlock(line), button_rows(taps, [browse])))


async def link(context: CommandContext) -> View:
    """An address of another site names no paper for us; its title does."""
    line = t(
        "I can’t open that page: I know papers by their number, their address or their title. Send me one of these."
    )
    title = title_of_link(context.argument)
    taps = [[button(t("Search for its title"), f'search "{title}"')]] if title else []
    return View((TextBlock(line), button_rows(*taps)) if taps else (TextBlock(line),))


async def pasted(context: CommandContext) -> View:
    """The paper whose abstract was pasted, or the papers nearest to it."""
    services, words = context.services, _telling_words(context.argument)
    hits = await services.index.search(" ".join(sorted(words)), MAX_NEAR_PASTED)
    async with services.storage.read() as work:
        found = {paper.id: paper for paper in await work.papers.get([hit.paper_id for hit in hits])}
    papers = [found[hit.paper_id] for hit in hits if hit.paper_id in found]
    if not papers:
        return View((TextBlock(t("I know no paper like that. A few of its words find more.")),))
    same = [
        paper
        for paper in papers
        if len(words & _telling_words(f"{paper.title} {paper.abstract}")) >= MIN_SAME_SHARE * len(words)
    ]
    line = t("That is this paper:") if same else t("I don’t have it; nearest to what you pasted:")
    shown = same[:1] or papers
    lines = PaperList(tuple(PaperListItem(paper, n, paper.listed_on) for n, paper in enumerate(shown, 1)))
    return View((TextBlock(line), lines, button_rows(*number_buttons(shown, 1, origin_of(context, "card")))))


def _telling_words(text: str) -> set[str]:
    return {word for word in folded_words(text) if len(word) > 2 and word not in STOP_WORDS}


COMMANDS = (
    Command("field", t("the parts of a whole field, to tap"), field, argument="AREA", hidden=True, private=True),
    Command("thanks", t("a friendly word back"), thanks, hidden=True),
    Command("sorry", t("what may put it right"), sorry, hidden=True),
    Command("unreadable-day", t("says that there is no such day"), unreadable_day, argument="DAY", hidden=True),
    Command("language", t("says that papers are in English"), other_language, argument="WORDS", hidden=True),
    Command("link", t("what to send in place of a page"), link, argument="ADDRESS", hidden=True),
    Command("pasted", t("the paper of an abstract, or papers like it"), pasted, argument="TEXT", hidden=True),
)
