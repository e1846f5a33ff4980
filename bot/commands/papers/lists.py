"""The lists as the main source has them: a day's, a week's, a month's, and what got the most votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.topic_input import parse_topic
from bot.commands.ui.buttons import button, button_rows, number_buttons, page_buttons, page_slice
from bot.commands.ui.date_parsing import parse_past_day
from bot.commands.ui.dates import short_date
from bot.commands.ui.follow_buttons import follow_or_following
from bot.commands.ui.navigation import origin_of
from bot.decisions.on_the_fly import find_matches
from bot.errors import InputError
from bot.i18n import LazyText, t, tn
from bot.ingest.list_days import is_list_day
from bot.papers import Paper
from bot.sources import sources
from bot.tldr import tldr
from bot.topics import TRENDING, Topic
from bot.topics.describe import topic_in_words
from bot.topics.formatter import format_topic
from bot.views import Block, Button, PaperList, PaperListItem, PaperSummary, TextBlock, View

TRENDING_DAYS = 7
TOP_DEFAULT, TOP_MAX = 5, 10


@dataclass(frozen=True, slots=True)
class DayRange:
    """List days, both included, and the command that shows them (without topic)."""

    first: date
    last: date
    command: str
    heading: LazyText


async def today(context: CommandContext) -> View:
    """The newest list; where today's is empty, why, and the newest before it."""
    async with context.services.storage.read() as work:
        days = await work.papers.days_with_papers(context.today, 1)
    if not days:
        return _no_papers_view()
    day = days[0]
    heading = t("<b>{day}</b>, the list so far", day=day) if day == context.today else t("<b>{day}</b>", day=day)
    remark = [] if day == context.today else [TextBlock(_why_not_today(context.today))]
    return await _list_view(context, DayRange(day, day, "today", heading), context.argument, remark)


def _no_papers_view() -> View:
    return View((TextBlock(t("I am still fetching the first papers. Ask again in a minute.")),))


def _why_not_today(today: date) -> LazyText:
    if not is_list_day(today):
        return t("No list on weekends. The newest one:")
    return t("Nothing is listed yet today; the list grows until evening (UTC). The newest one:")


async def date_list(context: CommandContext) -> View:
    """The list of one day. Raises InputError without a day, or for what is none of the past."""
    if not context.argument:
        raise InputError(t("Which day? For example:"), suggestions=_example_days(context.today))
    day = parse_past_day(context.argument, context.today)
    async with context.services.storage.read() as work:
        newest = await work.papers.days_with_papers(day, 1)
        archive = await work.papers.archive_extent()
    if day not in newest:
        return _empty_day_view(day, archive.first_day, context.today)
    return await _list_view(
        context, DayRange(day, day, f"date {day}", t("<b>{day}</b>", day=short_date(day, context.today)))
    )


def _example_days(today: date) -> tuple[str, ...]:
    return ("date yesterday", f"date {today - timedelta(days=7)}")


def _empty_day_view(day: date, first: date | None, today: date) -> View:
    said = short_date(day, today)
    if first is None or day < first:
        reach = short_date(first or today, today)
        reason = t("My archive doesn’t reach back to {day}; it begins on {first}.", day=said, first=reach)
    elif not is_list_day(day):
        reason = t("{day} was a weekend: {source} makes no list then.", day=said, source=sources().main.title)
    elif day == today:
        reason = t("Nothing is listed yet today; the list grows until evening (UTC).")
    else:
        reason = t("No paper was listed on {day}.", day=said)
    return View((TextBlock(reason), button_rows([button(t("The newest list"), "today")])))


async def week(context: CommandContext) -> View:
    """The last seven days, most votes first; with a topic, only its papers."""
    first = context.today - timedelta(days=6)
    return await _list_view(
        context, DayRange(first, context.today, "week", t("<b>The last 7 days</b>")), context.argument
    )


async def month(context: CommandContext) -> View:
    """The last thirty days, most votes first; with a topic, only its papers."""
    first = context.today - timedelta(days=29)
    return await _list_view(
        context, DayRange(first, context.today, "month", t("<b>The last 30 days</b>")), context.argument
    )


async def between(context: CommandContext) -> View:
    """``between FIRST LAST [TOPIC]``: those list days, most votes first. Raises InputError without two days."""
    first, _, rest = context.argument.partition(" ")
    last, _, topic = rest.partition(" ")
    days = parse_past_day(first, context.today), min(parse_past_day(last, context.today), context.today)
    said = [short_date(day, context.today) for day in days]
    heading = t("<b>{first} to {last}</b>", first=said[0], last=said[1])
    if days[0] == days[1]:
        heading = t("<b>{day}</b>", day=said[0])
    return await _list_view(context, DayRange(*days, f"between {days[0]} {days[1]}", heading), topic.strip())


async def trending(context: CommandContext) -> View:
    """Most votes on the last seven lists; with a topic, only its papers."""
    async with context.services.storage.read() as work:
        days = await work.papers.days_with_papers(context.today, TRENDING_DAYS)
    if not days:
        return _no_papers_view()
    heading = t("<b>Most votes</b> on the last {n} lists", n=len(days))
    return await _list_view(context, DayRange(days[-1], days[0], "trending", heading), context.argument)


async def _list_view(
    context: CommandContext, span: DayRange, topic_text: str = "", remark: Sequence[Block] = ()
) -> View:
    papers, topic = await _papers(context, span, topic_text)
    command = f"{span.command} {format_topic(topic)}" if topic else span.command
    if not papers:
        return _no_match_view(span, topic)
    shown = page_slice(context.page, len(papers))
    buttons = button_rows(
        *number_buttons(papers[shown], shown.start + 1, origin_of(context, command)),
        page_buttons(shown, len(papers), command),
        [await follow_or_following(context, topic or TRENDING)] if topic or span.command == "trending" else [],
    )
    heading = TextBlock(_heading(span, len(papers), topic))
    return View(
        (*remark, heading, _titles(papers[shown], shown.start + 1, span), buttons), replaces_message=context.page > 1
    )


async def _papers(context: CommandContext, span: DayRange, topic_text: str) -> tuple[list[Paper], Topic | None]:
    """The papers of those days, most votes first, and the topic as it would be followed (None: all papers)."""
    services = context.services
    if not topic_text:
        async with services.storage.read() as work:
            return await work.papers.listed_between(span.first, span.last), None
    topic = services.as_followed(parse_topic(topic_text, span.command))
    found = await find_matches(services.storage, services.index, topic, span.first, span.last, context.bounds)
    return sorted((match.paper for match in found), key=lambda paper: -paper.upvotes), topic


def _heading(span: DayRange, count: int, topic: Topic | None) -> LazyText:
    papers = tn("{n} paper", "{n} papers", count)
    if topic:
        return t("{span} · {papers} on <b>{topic}</b>", span=span.heading, papers=papers, topic=topic_in_words(topic))
    return t("{span} · {papers}", span=span.heading, papers=papers)


def _titles(papers: Sequence[Paper], first: int, span: DayRange) -> PaperList:
    several_days = span.first != span.last
    return PaperList(
        tuple(
            PaperListItem(paper, number=number, day=paper.list_day(span.last) if several_days else None)
            for number, paper in enumerate(papers, first)
        )
    )


def _no_match_view(span: DayRange, topic: Topic | None) -> View:
    if not topic:
        return View((TextBlock(t("{span}: no paper.", span=span.heading)),))
    line = t("{span}: nothing on <b>{topic}</b>.", span=span.heading, topic=topic_in_words(topic))
    return View((TextBlock(line), button_rows([button(t("Search everything"), f"search {format_topic(topic)}")])))


async def top(context: CommandContext) -> View:
    """The newest list's papers with most votes, with their summaries: what a digest looks like."""
    wanted = int(context.argument) if context.argument.isdecimal() else TOP_DEFAULT
    async with context.services.storage.read() as work:
        days = await work.papers.days_with_papers(context.today, 1)
        papers = await work.papers.listed_between(days[0], days[0]) if days else []
    if not papers:
        return _no_papers_view()
    best = papers[: max(1, min(wanted, TOP_MAX))]
    heading = t("<b>Top {n}</b> of {total} · {day}", n=len(best), total=len(papers), day=days[0])
    entries = [PaperSummary(number, paper, tldr(paper)) for number, paper in enumerate(best, 1)]
    return View(
        (
            TextBlock(heading),
            *entries,
            button_rows(*number_buttons(best, 1, origin_of(context, f"top {len(best)}")), _all_papers_button(papers)),
        )
    )


def _all_papers_button(papers: Sequence[Paper]) -> list[Button]:
    return [button(t("All {n} of the list", n=len(papers)), "today")]


COMMANDS = (
    Command(
        "today",
        t("the newest list, or its papers on a topic"),
        today,
        argument="[TOPIC]",
        examples=("today",),
        menu=True,
    ),
    Command(
        "date",
        t("the list of a day"),
        date_list,
        argument="DAY",
        examples=("date yesterday", "date monday", "date 2026-08-18"),
    ),
    Command("week", t("the last 7 days, most votes first"), week, argument="[TOPIC]", examples=("week diffusion",)),
    Command("month", t("the last 30 days, most votes first"), month, argument="[TOPIC]"),
    Command("trending", t("most votes on the last lists"), trending, argument="[TOPIC]"),
    Command(
        "between",
        t("the lists of some days, most votes first"),
        between,
        argument="FIRST LAST [TOPIC]",
        hidden=True,
    ),
    Command("top", t("the newest list’s best, with summaries"), top, argument="[N]", hidden=True),
)
