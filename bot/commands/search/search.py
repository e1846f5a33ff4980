"""Searching the whole archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.commands.core.command import Asked, Command
from bot.commands.core.services import Services
from bot.commands.queries.topic_input import corrected
from bot.commands.search.preview_view import counted_too, labs_missing
from bot.commands.search.results import SearchResults, search_results
from bot.commands.ui.buttons import (
    ROOM,
    button,
    follow_button,
    in_rows,
    number_buttons,
    page_buttons,
    page_of,
    priced,
    rows,
    short,
)
from bot.commands.ui.match_location import where
from bot.commands.ui.navigation import origin_of
from bot.i18n import Sentence, say, say_n
from bot.ports import Archive
from bot.topics.formatter import named, printed
from bot.views import Block, Button, Line, Question, SmallPrint, TitleLine, Titles, View

EXAMPLES = ("diffusion", "mixture of experts", "org:nvidia", "RAG")


@dataclass(frozen=True, slots=True)
class _Row:
    """A title of the answer and the heading it stands under (None: it is about what was asked)."""

    heading: Sentence | None
    line: TitleLine


async def search(asked: Asked) -> View:
    """What the archive holds: first what a subscription would deliver, then what mentions it or is near."""
    if not asked.argument:
        question = Question(say("What are you looking for?"), "search", say("for example: mixture of experts"))
        taps = [button(say("{topic}", topic=topic), f"search {topic}") for topic in EXAMPLES]
        return View((question, rows(*in_rows(taps, 2))))
    results = await search_results(asked.services, asked.argument, asked.today)
    return _found(asked, results) if results.total else _nothing(asked, results)


def _found(asked: Asked, results: SearchResults) -> View:
    lines = _rows(results)
    shown = page_of(asked.page, len(lines))
    command = f"search {printed(results.topic)}"
    buttons = rows(
        *number_buttons([row.line.paper for row in lines[shown]], shown.start + 1, origin_of(asked, command)),
        page_buttons(shown, len(lines), command),
        *_did_you_mean(results),
        *_two_subjects(results),
        *_named(results),
        [follow_button(results.topic)],
    )
    foot = _reach(asked, results.archive)
    head = (Line(_headline(results)), *_a_name(results), *_understood(results))
    return View((*head, *_sections(lines[shown]), *foot, buttons), in_place=asked.page > 1)


def _understood(results: SearchResults) -> list[Block]:
    """The names that count, and what a search for a lab can't see."""
    return [*counted_too(results.topic), *labs_missing(results.topic, 0, 0)]


def _two_subjects(results: SearchResults) -> list[tuple[Button, ...]]:
    if results.apart is None:
        return []
    both = printed(results.apart.both)
    label = priced(say("{topic}", topic=both), results.apart.papers, ROOM[1])
    return [(button(label, f"search {both}"),)]


def _headline(results: SearchResults) -> Sentence:
    """*clustering: 2 papers about it, 14 that mention it*."""
    topic = named(results.topic)
    if results.unknown and not results.mentions:
        return _no_paper(results, topic)
    about = say_n("{n} paper about it", "{n} papers about it", len(results.delivered))
    if not results.delivered:
        about = say("no paper about it")
    if not results.mentions:
        return say("<b>{topic}</b>: {about}", topic=topic, about=about)
    mention = say_n("{n} that mentions it", "{n} that mention it", results.mentions)
    return say("<b>{topic}</b>: {about}, {mention}", topic=topic, about=about, mention=mention)


def _rows(results: SearchResults) -> list[_Row]:
    """Every title in its order, numbered through."""
    about = [(None, match.paper, where(match.decision)) for match in results.delivered]
    related = [(say("mention it") if each.mentions else say("near it"), each.paper, None) for each in results.related]
    return [
        _Row(heading, TitleLine(paper, number=number, day=paper.listed_on, note=note))
        for number, (heading, paper, note) in enumerate([*about, *related], 1)
    ]


def _sections(shown: Sequence[_Row]) -> list[Block]:
    sections = groupby(shown, key=lambda row: row.heading)
    return [
        Titles(tuple(row.line for row in section), heading=say("<i>{what}</i>", what=heading) if heading else None)
        for heading, section in sections
    ]


def _nothing(asked: Asked, results: SearchResults) -> View:
    follow = [] if results.names else [[follow_button(results.topic)]]
    blocks: list[Block] = [
        Line(_no_paper(results, named(results.topic))),
        *_a_name(results),
        *_understood(results),
        *_reach(asked, results.archive),
        rows(*_did_you_mean(results), *_two_subjects(results), *_named(results), *follow),
    ]
    return View(tuple(blocks))


def _a_name(results: SearchResults) -> list[Block]:
    return [Line(say("It is a name here; in brackets its papers:"))] if results.names else []


def _named(results: SearchResults) -> list[tuple[Button, ...]]:
    """Whoever goes by these words: their papers, and following them."""
    return [
        (
            button(priced(form.label, form.papers, ROOM[2]), f"search {printed(form.topic)}"),
            button(say("Follow it"), f"subscribe {printed(form.topic)}"),
        )
        for form in results.names
    ]


def _no_paper(results: SearchResults, topic: str) -> Sentence:
    if results.names:
        return say("No paper is about <b>{topic}</b>.", topic=topic)
    if not results.unknown:
        return say("Nothing on <b>{topic}</b>. Follow it, and you hear when something comes.", topic=topic)
    wrong, known = next(iter(results.unknown.items()))
    return say("No paper says <b>{wrong}</b>. Did you mean <b>{known}</b>?", wrong=wrong, known=known)


def _did_you_mean(results: SearchResults) -> list[tuple[Button, ...]]:
    meant = corrected(named(results.topic), results.unknown)
    if meant is None:
        return []
    return [(button(say("Search {topic}", topic=short(meant, ROOM[1] - 7)), f"search {meant}"),)]


def _reach(asked: Asked, archive: Archive) -> list[Block]:
    return [SmallPrint(words) for words in (archive_words(archive, asked.today), *index_words(asked.services))]


def index_words(services: Services) -> list[Sentence]:
    """What a search lacks while its index is being made."""
    indexing = services.indexing()
    if indexing is None:
        return []
    return [
        say(
            "I am still making the search index: {held} of {papers} papers are in it, the others are not found yet.",
            held=indexing.held,
            papers=indexing.papers,
        )
    ]


def archive_words(archive: Archive, today: date) -> Sentence:
    """*Archive: 12 months, 6,100 papers.*"""
    if archive.first_day is None:
        return say("The archive is still empty: I am fetching the first papers.")
    days = (today - archive.first_day).days + 1
    reach = say_n("{n} day", "{n} days", days) if days < 60 else say_n("{n} month", "{n} months", days // 30)
    return say("Archive: {reach}, {papers}.", reach=reach, papers=say_n("{n} paper", "{n} papers", archive.papers))


COMMANDS = (
    Command(
        "search",
        say("search the whole archive"),
        search,
        aliases=("find",),
        argument="QUERY",
        examples=("search diffusion", 'search "KV cache" has:code', "search reasoning -math"),
        menu=True,
    ),
)
