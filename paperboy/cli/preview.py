"""``paperboy preview``: what a digest on some topics looks like, as each platform would get it."""

from __future__ import annotations

from datetime import date, timedelta

import click

from adapters.terminal import draw_view
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, Platform, Subscription
from bot.commands.queries.topic_input import read_topic
from bot.decisions.on_the_fly import matches
from bot.matching.prefilter.topic_variants import names
from bot.planning.edition import DueChat, digest_parts
from bot.ports import Candidate, Traits
from bot.rendering.digest import compose
from bot.topics import Topic
from bot.topics.formatter import named, printed
from bot.views import View
from paperboy.cli.index_progress import index_shown
from paperboy.cli.session import FAILED, console, errors, pages, run_command
from paperboy.container import Parts, open_parts
from paperboy.platforms import draw_as
from paperboy.settings import Settings

REACH = timedelta(days=7)


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("--platform", type=click.Choice(["telegram", "slack", "terminal"]), default="terminal", show_default=True)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Of this list day instead of the newest.")
def preview(topics: tuple[str, ...], platform: str, day: object) -> None:
    """Show the newest digest on TOPICS, each one in quotes, as a platform would get it."""
    chosen = day.date() if hasattr(day, "date") else None
    run_command(lambda settings: _preview(settings, topics, platform, chosen))


async def _preview(settings: Settings, texts: tuple[str, ...], platform: str, day: date | None) -> int:
    async with open_parts(settings, with_platforms=False) as parts:
        async with index_shown(lambda: parts.gatherer.indexing, errors):
            await parts.gatherer.catch_up(parts.clock.now().date())
        today = parts.clock.now().date()
        topics = [(await parts.services.expanded(read_topic(text, "preview"), today)).topic for text in texts]
        views = await _digest(parts, topics, Platform.LOCAL if platform == "terminal" else Platform(platform), day)
    if not views:
        console.print("Nothing on these topics in the last 7 days. `paperboy search` looks in the whole archive.")
        return FAILED
    for topic in topics:
        _show_names(topic)
    if platform != "terminal":
        click.echo(draw_as(Platform(platform), views))
        return 0
    for view in views:
        pages.print(draw_view(view))
    return 0


def _show_names(topic: Topic) -> None:
    """On the error stream, so that what a platform would get can be piped."""
    if counted := names(topic):
        errors.print(f"{named(topic)}, counted too: {', '.join(counted)}", markup=False)


async def _digest(parts: Parts, topics: list[Topic], platform: Platform, day: date | None) -> list[View]:
    today = parts.clock.now().date()
    first, last = (day, day) if day else (today - REACH, today)
    candidates = await _candidates(parts, topics, first, last)
    newest = max((candidate.paper.listed_on for candidate in candidates), default=None)
    of_day = tuple(candidate for candidate in candidates if candidate.paper.listed_on == newest)
    if newest is None:
        return []
    chat = _chat(parts, platform)
    followed = tuple(Subscription(0, 0, topic, newest, parts.clock.now()) for topic in topics)
    due = DueChat(chat, followed, of_day, traits=Traits(threads=platform is Platform.SLACK))
    papers = {candidate.paper.id: candidate.paper for candidate in of_day}
    return [compose(part.content, papers, chat) for part in digest_parts(due, newest, {newest: len(of_day)})]


async def _candidates(parts: Parts, topics: list[Topic], first: date, last: date) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for topic in topics:
        for match in await matches(parts.storage, parts.index, topic, first, last):
            before = found[match.paper.id].topics if match.paper.id in found else ()
            matched = (*before, (printed(topic), match.decision.reasons))
            found[match.paper.id] = Candidate(match.paper, matched)
    return list(found.values())


def _chat(parts: Parts, platform: Platform) -> Chat:
    """A chat to compose for; a channel in Slack, since that is where teams read."""
    kind = ChatKind.CHANNEL if platform is Platform.SLACK else ChatKind.PRIVATE
    now = parts.clock.now()
    settings = ChatSettings(parts.settings.digest_time, parts.settings.timezone)
    return Chat(0, ChatAddress(platform, "", ""), kind, "", settings, now, now.date())
