"""What several topics together would have brought, in two lines: shown while a form is filled in."""

from __future__ import annotations

from collections import Counter

from bot.commands.core.command import Asked, Command
from bot.commands.queries.topic_input import read_topic
from bot.commands.search.preview import WEEK_DAYS
from bot.commands.ui.dates import days_back
from bot.decisions.on_the_fly import Match, matches
from bot.i18n import Link, Sentence, listing, say
from bot.views import Line, View

TITLES = 3
TOPICS = 12  # decided at once while somebody types
TITLE = 60


async def glance(asked: Asked) -> View:
    """One topic a line. Raises UserMistake for the first that can't be read."""
    topics = [read_topic(line, "glance") for line in asked.argument.splitlines() if line.strip()]
    first, last = days_back(asked.today, WEEK_DAYS)[0], asked.today
    found: dict[str, Match] = {}
    for topic in topics[:TOPICS]:
        expanded = await asked.services.followed_as(topic, asked.today)
        week = await matches(asked.services.storage, asked.services.index, expanded, first, last)
        found |= {match.paper.id: match for match in week}
    async with asked.services.storage.read() as work:
        listed = len(await work.papers.listed_between(first, last))
    return View(tuple(map(Line, _said(list(found.values()), listed))), private=True)


def _said(found: list[Match], listed: int) -> list[Sentence]:
    if not listed:
        return [say("No paper was listed in the last 7 days.")]
    if not found:
        return [say("Last 7 days: none of {listed} papers. It may be rare; you hear when one comes.", listed=listed)]
    busiest = max(Counter(match.paper.listed_on for match in found).values())
    counted = say(
        "Last 7 days: <b>{found} of {listed}</b> papers, at most {busiest} a day.",
        found=len(found),
        listed=listed,
        busiest=busiest,
    )
    best = sorted(found, key=lambda match: (-match.paper.upvotes, match.paper.id))[:TITLES]
    return [counted, say("{titles}", titles=listing([_title(match) for match in best], " · "))]


def _title(match: Match) -> Link:
    title = match.paper.title
    return Link(title if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip()}…", match.paper.url)


COMMANDS = (
    Command("glance", say("what topics would bring, in a line"), glance, argument="TOPIC", hidden=True, private=True),
)
