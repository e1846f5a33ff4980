"""What was listed while digests were paused."""

from __future__ import annotations

from datetime import date, timedelta

from bot.commands.core.command import Command, CommandContext
from bot.commands.ui.buttons import button_rows, number_buttons, page_buttons, page_slice
from bot.commands.ui.date_parsing import parse_past_day
from bot.commands.ui.navigation import origin_of
from bot.decisions.on_the_fly import find_matches
from bot.i18n import t, tn
from bot.papers import Paper
from bot.views import PaperList, PaperListItem, TextBlock, View


async def missed_papers(context: CommandContext, first: date, last: date) -> list[Paper]:
    """Papers of those list days on the chat's topics that never came to it, most votes first. Topics count from the
    day they were added."""
    services = context.services
    async with services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    found: dict[str, Paper] = {}
    for each in subscriptions:
        since = max(first, each.added_on)
        if since <= last:
            of_topic = await find_matches(services.storage, services.index, each.topic, since, last, context.bounds)
            found |= {match.paper.id: match.paper for match in of_topic}
    async with services.storage.read() as work:
        sent = await work.outbox.sent_papers(context.chat.id, list(found))
    return sorted((paper for paper in found.values() if paper.id not in sent), key=lambda paper: -paper.upvotes)


async def missed(context: CommandContext) -> View:
    """Titles on the chat's topics that no digest brought: ``missed FIRST LAST``, both optional list days."""
    first, last = _parse_days(context)
    papers = await missed_papers(context, first, last)
    if not papers:
        return View((TextBlock(t("You missed nothing since {day}.", day=first)),))
    shown = page_slice(context.page, len(papers))
    heading = tn(
        "{n} paper on your topics since {day} that no digest brought:",
        "{n} papers on your topics since {day} that no digest brought:",
        len(papers),
        day=first,
    )
    lines = [
        PaperListItem(paper, number, paper.list_day(last))
        for number, paper in enumerate(papers[shown], shown.start + 1)
    ]
    command = f"missed {first} {last}"
    pages = page_buttons(shown, len(papers), command)
    buttons = button_rows(*number_buttons(papers[shown], shown.start + 1, origin_of(context, command)), pages)
    return View((TextBlock(heading), PaperList(tuple(lines)), buttons), replaces_message=context.page > 1)


def _parse_days(context: CommandContext) -> tuple[date, date]:
    first, _, last = context.argument.partition(" ")
    yesterday = context.today - timedelta(days=1)
    return (
        parse_past_day(first, context.today) if first else context.today - timedelta(days=7),
        parse_past_day(last, context.today) if last else yesterday,
    )


COMMANDS = (
    Command(
        "missed",
        t("what came while digests were paused"),
        missed,
        argument="[FIRST] [LAST]",
        hidden=True,
    ),
)
