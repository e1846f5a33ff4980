"""What was listed while digests were paused."""

from __future__ import annotations

from datetime import date, timedelta

from bot.commands.core.command import Asked, Command
from bot.commands.ui.buttons import number_buttons, page_buttons, page_of, rows
from bot.commands.ui.date_parsing import past_day
from bot.commands.ui.navigation import origin_of
from bot.decisions.on_the_fly import matches
from bot.i18n import say, say_n
from bot.papers import Paper
from bot.views import Line, TitleLine, Titles, View


async def missed_papers(asked: Asked, first: date, last: date) -> list[Paper]:
    """Papers of those list days on the chat's topics that never came to it, most votes first. Topics count from the
    day they were added."""
    services = asked.services
    async with services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
    found: dict[str, Paper] = {}
    for each in subscriptions:
        since = max(first, each.added_on)
        if since <= last:
            of_topic = await matches(services.storage, services.index, each.topic, since, last)
            found |= {match.paper.id: match.paper for match in of_topic}
    async with services.storage.read() as work:
        sent = await work.outbox.sent_papers(asked.chat.id, list(found))
    return sorted((paper for paper in found.values() if paper.id not in sent), key=lambda paper: -paper.upvotes)


async def missed(asked: Asked) -> View:
    """Titles on the chat's topics that no digest brought: ``missed FIRST LAST``, both optional list days."""
    first, last = _days(asked)
    papers = await missed_papers(asked, first, last)
    if not papers:
        return View((Line(say("You missed nothing since {day}.", day=first)),))
    shown = page_of(asked.page, len(papers))
    heading = say_n(
        "{n} paper on your topics since {day} that no digest brought:",
        "{n} papers on your topics since {day} that no digest brought:",
        len(papers),
        day=first,
    )
    lines = [TitleLine(paper, number, paper.listed_on) for number, paper in enumerate(papers[shown], shown.start + 1)]
    command = f"missed {first} {last}"
    pages = page_buttons(shown, len(papers), command)
    buttons = rows(*number_buttons(papers[shown], shown.start + 1, origin_of(asked, command)), pages)
    return View((Line(heading), Titles(tuple(lines)), buttons), in_place=asked.page > 1)


def _days(asked: Asked) -> tuple[date, date]:
    first, _, last = asked.argument.partition(" ")
    yesterday = asked.today - timedelta(days=1)
    return (
        past_day(first, asked.today) if first else asked.today - timedelta(days=7),
        past_day(last, asked.today) if last else yesterday,
    )


COMMANDS = (
    Command(
        "missed",
        say("what came while digests were paused"),
        missed,
        argument="[FIRST] [LAST]",
        hidden=True,
    ),
)
