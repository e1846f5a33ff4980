"""Looking papers up for somebody who types elsewhere: cards to pick from, nothing more."""

from __future__ import annotations

from bot.commands.core.command import Command, CommandContext
from bot.commands.search.results import search_archive
from bot.i18n import t
from bot.papers import Paper, linked_paper_ids, parse_paper_id
from bot.views import PaperCard, View

PAGE_SIZE = 10


async def lookup(context: CommandContext) -> View:
    """``lookup 2 diffusion``: the second ten papers that a search shows; without words those of the newest list."""
    number, _, words = context.argument.partition(" ")
    page = int(number[:4]) if number.isdecimal() else 1
    first = (max(page, 1) - 1) * PAGE_SIZE
    found = await _search_page(context, words.strip(), first + PAGE_SIZE)
    cards = tuple(map(PaperCard, found[first : first + PAGE_SIZE]))
    return View(cards, toast=None if cards else t("Nothing to pick from."))


async def _search_page(context: CommandContext, words: str, last: int) -> list[Paper]:
    """What is found, at least up to the ``last`` one of the page."""
    if not words:
        return await _newest_papers(context)
    if named := ([parse_paper_id(words)] if parse_paper_id(words) else linked_paper_ids(words)):
        async with context.services.storage.read() as work:
            return await work.papers.get([name for name in named if name])
    results = await search_archive(context.services, words, context.today, context.bounds, last)
    return [*(match.paper for match in results.delivered), *(each.paper for each in results.related)]


async def _newest_papers(context: CommandContext) -> list[Paper]:
    async with context.services.storage.read() as work:
        days = await work.papers.days_with_papers(context.today, 1)
        return await work.papers.listed_between(days[0], days[0]) if days else []


COMMANDS = (Command("lookup", t("papers to pick from"), lookup, argument="PAGE QUERY", hidden=True),)
