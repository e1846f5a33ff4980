"""The lists as Hugging Face has them: a day's, a week's, a month's, and what got the most votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands.core.command import Asked, Command
from bot.commands.queries.topic_input import read_topic
from bot.commands.ui.buttons import button, follow_button, number_buttons, page_buttons, page_of, rows
from bot.commands.ui.date_parsing import past_day
from bot.commands.ui.dates import plain_day
from bot.commands.ui.navigation import origin_of
from bot.decisions.on_the_fly import matches
from bot.errors import UserMistake
from bot.i18n import Sentence, say, say_n
from bot.ingest.list_days import is_list_day
from bot.papers import Paper
from bot.tldr import tldr
from bot.topics import Topic
from bot.topics.formatter import named, printed
from bot.views import Block, Button, Line, PaperEntry, TitleLine, Titles, View

TRENDING_DAYS = 7
TOP, MOST_TOP = 5, 10


@dataclass(frozen=True, slots=True)
class Span:
    """List days, both included, and the command that shows them (without topic)."""

    first: date
    last: date
    command: str
    heading: Sentence


async def today(asked: Asked) -> View:
    """The newest list; where today's is empty, why, and the newest before it."""
    async with asked.services.storage.read() as work:
        days = await work.papers.days_with_papers(asked.today, 1)
    if not days:
        return _nothing_yet()
    day = days[0]
    heading = say("<b>{day}</b>, the list so far", day=day) if day == asked.today else say("<b>{day}</b>", day=day)
    remark = [] if day == asked.today else [Line(_why_not_today(asked.today))]
    return await _shown(asked, Span(day, day, "today", heading), asked.argument, remark)


def _nothing_yet() -> View:
    return View((Line(say("I am still fetching the first papers. Ask again in a minute.")),))


def _why_not_today(today: date) -> Sentence:
    if not is_list_day(today):
        return say("No list on weekends. The newest one:")
    return say("Nothing is listed yet today; the list grows until evening (UTC). The newest one:")


async def date_list(asked: Asked) -> View:
    """The list of one day."""
    if not asked.argument:
        raise UserMistake(say("Which day? For example:"), suggestions=_example_days(asked.today))
    day = past_day(asked.argument, asked.today)
    async with asked.services.storage.read() as work:
        listed = await work.papers.count_listed(day, day)
        archive = await work.papers.archive()
    if not listed.get(day):
        return _empty_day(day, archive.first_day, asked.today)
    return await _shown(asked, Span(day, day, f"date {day}", say("<b>{day}</b>", day=plain_day(day, asked.today))))


def _example_days(today: date) -> tuple[str, ...]:
    return ("date yesterday", f"date {today - timedelta(days=7)}")


def _empty_day(day: date, first: date | None, today: date) -> View:
    said = plain_day(day, today)
    if first is None or day < first:
        reach = plain_day(first or today, today)
        reason = say("My archive doesn’t reach back to {day}; it begins on {first}.", day=said, first=reach)
    elif not is_list_day(day):
        reason = say("{day} was a weekend: Hugging Face makes no list then.", day=said)
    elif day == today:
        reason = say("Nothing is listed yet today; the list grows until evening (UTC).")
    else:
        reason = say("No paper was listed on {day}.", day=said)
    return View((Line(reason), rows([button(say("The newest list"), "today")])))


async def week(asked: Asked) -> View:
    """The last seven days, most votes first; with a topic, only its papers."""
    first = asked.today - timedelta(days=6)
    return await _shown(asked, Span(first, asked.today, "week", say("<b>The last 7 days</b>")), asked.argument)


async def month(asked: Asked) -> View:
    """The last thirty days, most votes first; with a topic, only its papers."""
    first = asked.today - timedelta(days=29)
    return await _shown(asked, Span(first, asked.today, "month", say("<b>The last 30 days</b>")), asked.argument)


async def trending(asked: Asked) -> View:
    """Most votes on the last seven lists; with a topic, only its papers."""
    async with asked.services.storage.read() as work:
        days = await work.papers.days_with_papers(asked.today, TRENDING_DAYS)
    if not days:
        return _nothing_yet()
    heading = say("<b>Most votes</b> on the last {n} lists", n=len(days))
    return await _shown(asked, Span(days[-1], days[0], "trending", heading), asked.argument)


async def _shown(asked: Asked, span: Span, topic_text: str = "", remark: Sequence[Block] = ()) -> View:
    papers, topic = await _papers(asked, span, topic_text)
    command = f"{span.command} {printed(topic)}" if topic else span.command
    if not papers:
        return _none(span, topic)
    shown = page_of(asked.page, len(papers))
    buttons = rows(
        *number_buttons(papers[shown], shown.start + 1, origin_of(asked, command)),
        page_buttons(shown, len(papers), command),
        [follow_button(topic)] if topic else [],
    )
    heading = Line(_heading(span, len(papers), topic))
    return View((*remark, heading, _titles(papers[shown], shown.start + 1, span), buttons), in_place=asked.page > 1)


async def _papers(asked: Asked, span: Span, topic_text: str) -> tuple[list[Paper], Topic | None]:
    """The papers of those days, most votes first, and the topic as it would be followed (None: all papers)."""
    services = asked.services
    if not topic_text:
        async with services.storage.read() as work:
            return await work.papers.listed_between(span.first, span.last), None
    topic = (await services.expanded(read_topic(topic_text, span.command), asked.today)).topic
    found = await matches(services.storage, services.index, topic, span.first, span.last)
    return sorted((match.paper for match in found), key=lambda paper: -paper.upvotes), topic


def _heading(span: Span, count: int, topic: Topic | None) -> Sentence:
    papers = say_n("{n} paper", "{n} papers", count)
    if topic:
        return say("{span} · {papers} on <b>{topic}</b>", span=span.heading, papers=papers, topic=named(topic))
    return say("{span} · {papers}", span=span.heading, papers=papers)


def _titles(papers: Sequence[Paper], first: int, span: Span) -> Titles:
    several_days = span.first != span.last
    return Titles(
        tuple(
            TitleLine(paper, number=number, day=paper.listed_on if several_days else None)
            for number, paper in enumerate(papers, first)
        )
    )


def _none(span: Span, topic: Topic | None) -> View:
    if not topic:
        return View((Line(say("{span}: no paper.", span=span.heading)),))
    line = say("{span}: nothing on <b>{topic}</b>.", span=span.heading, topic=named(topic))
    return View(
        (Line(line), rows([button(say("Search everything"), f"search {printed(topic)}")], [follow_button(topic)]))
    )


async def top(asked: Asked) -> View:
    """The newest list's papers with most votes, with their summaries: what a digest looks like."""
    wanted = int(asked.argument) if asked.argument.isdecimal() else TOP
    async with asked.services.storage.read() as work:
        days = await work.papers.days_with_papers(asked.today, 1)
        papers = await work.papers.listed_between(days[0], days[0]) if days else []
    if not papers:
        return _nothing_yet()
    best = papers[: max(1, min(wanted, MOST_TOP))]
    heading = say("<b>Top {n}</b> of {total} · {day}", n=len(best), total=len(papers), day=days[0])
    entries = [PaperEntry(number, paper, tldr(paper)) for number, paper in enumerate(best, 1)]
    return View(
        (
            Line(heading),
            *entries,
            rows(*number_buttons(best, 1, origin_of(asked, f"top {len(best)}")), _all_of_them(papers)),
        )
    )


def _all_of_them(papers: Sequence[Paper]) -> list[Button]:
    return [button(say("All {n} of the list", n=len(papers)), "today")]


COMMANDS = (
    Command(
        "today",
        say("the newest list, or its papers on a topic"),
        today,
        argument="[TOPIC]",
        examples=("today",),
        menu=True,
    ),
    Command(
        "date",
        say("the list of a day"),
        date_list,
        argument="DAY",
        examples=("date yesterday", "date monday", "date 2026-08-18"),
    ),
    Command("week", say("the last 7 days, most votes first"), week, argument="[TOPIC]", examples=("week diffusion",)),
    Command("month", say("the last 30 days, most votes first"), month, argument="[TOPIC]"),
    Command("trending", say("most votes on the last lists"), trending, argument="[TOPIC]"),
    Command("top", say("the newest list’s best, with summaries"), top, argument="[N]", hidden=True),
)
