"""What several topics together would have brought, in two lines: shown while a form is filled in."""

from __future__ import annotations

from collections import Counter

from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.topic_input import parse_topic
from bot.commands.search.preview import PREVIEW_DAYS
from bot.commands.ui.dates import days_up_to
from bot.decisions.on_the_fly import Match, find_matches
from bot.i18n import LazyText, Link, join_texts, t
from bot.tex import readable_tex
from bot.views import TextBlock, View

MAX_TITLES = 3
MAX_TOPICS = 12  # decided at once while somebody types
MAX_TITLE_LENGTH = 60


async def glance(context: CommandContext) -> View:
    """One topic a line. Raises InputError for the first that can't be read."""
    topics = [parse_topic(line, "glance") for line in context.argument.splitlines() if line.strip()]
    first, last = days_up_to(context.today, PREVIEW_DAYS)[0], context.today
    found: dict[str, Match] = {}
    for topic in topics[:MAX_TOPICS]:
        expanded = context.services.as_followed(topic)
        week = await find_matches(
            context.services.storage, context.services.index, expanded, first, last, context.bounds
        )
        found |= {match.paper.id: match for match in week}
    async with context.services.storage.read() as work:
        listed = len(await work.papers.listed_between(first, last))
    return View(tuple(map(TextBlock, _summary_lines(list(found.values()), listed))), private=True)


def _summary_lines(found: list[Match], listed: int) -> list[LazyText]:
    if not listed:
        return [t("No paper was listed in the last 7 days.")]
    if not found:
        return [t("Last 7 days: none of {listed} papers. It may be rare; you hear when one comes.", listed=listed)]
    busiest = max(Counter(match.paper.list_day() for match in found).values())
    counted = t(
        "Last 7 days: <b>{found} of {listed}</b> papers, at most {busiest} a day.",
        found=len(found),
        listed=listed,
        busiest=busiest,
    )
    best = sorted(found, key=lambda match: (-match.paper.upvotes, match.paper.id))[:MAX_TITLES]
    return [counted, t("{titles}", titles=join_texts([_title_link(match) for match in best], " · "))]


def _title_link(match: Match) -> Link:
    title = readable_tex(match.paper.title)
    return Link(
        title if len(title) <= MAX_TITLE_LENGTH else f"{title[: MAX_TITLE_LENGTH - 1].rstrip()}…", match.paper.url
    )


COMMANDS = (
    Command("glance", t("what topics would bring, in a line"), glance, argument="TOPIC", hidden=True, private=True),
)
