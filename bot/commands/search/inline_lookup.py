"""Looking papers up for somebody who types elsewhere: cards to pick from, nothing more."""

from __future__ import annotations

from bot.commands.core.command import Asked, Command
from bot.commands.search.results import search_results
from bot.i18n import say
from bot.papers import Paper, linked_papers, paper_id
from bot.views import PaperCard, View

A_PAGE = 10


async def lookup(asked: Asked) -> View:
    """``lookup 2 diffusion``: the second ten papers that a search shows; without words those of the newest list."""
    number, _, words = asked.argument.partition(" ")
    page = int(number[:4]) if number.isdecimal() else 1
    found = await _found(asked, words.strip())
    first = (max(page, 1) - 1) * A_PAGE
    cards = tuple(map(PaperCard, found[first : first + A_PAGE]))
    return View(cards, toast=None if cards else say("Nothing to pick from."))


async def _found(asked: Asked, words: str) -> list[Paper]:
    if not words:
        return await _newest(asked)
    if named := ([paper_id(words)] if paper_id(words) else linked_papers(words)):
        async with asked.services.storage.read() as work:
            return await work.papers.get([name for name in named if name])
    results = await search_results(asked.services, words, asked.today)
    return [*(match.paper for match in results.delivered), *(each.paper for each in results.related)]


async def _newest(asked: Asked) -> list[Paper]:
    async with asked.services.storage.read() as work:
        days = await work.papers.days_with_papers(asked.today, 1)
        return await work.papers.listed_between(days[0], days[0]) if days else []


COMMANDS = (Command("lookup", say("papers to pick from"), lookup, argument="PAGE QUERY", hidden=True),)
