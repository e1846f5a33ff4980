"""``paperboy preview``: what a digest on some topics looks like, as each platform would get it."""

from __future__ import annotations

from datetime import date, timedelta

import click

from adapters.local import LocalChat
from adapters.terminal import render_view
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, Subscription
from bot.commands.queries.topic_input import parse_topic
from bot.decisions.on_the_fly import find_matches
from bot.matching.prefilter.topic_variants import counted_synonyms
from bot.planning.edition import DueChat, digest_messages
from bot.ports import Candidate
from bot.rendering.digest import render_content
from bot.topics import Topic
from bot.topics.formatter import format_short, format_topic
from bot.views import View
from paperboy.cli.index_progress import index_progress_shown
from paperboy.cli.session import EXIT_FAILED, console, error_console, run_command, wrapped_console
from paperboy.container import App, open_app
from paperboy.platforms import PLATFORMS, PlatformEntry
from paperboy.settings import Settings

TERMINAL = "terminal"
LOOKBACK = timedelta(days=7)


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option(
    "--platform",
    type=click.Choice([*(each.platform for each in PLATFORMS), TERMINAL]),
    default=TERMINAL,
    show_default=True,
)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Of this list day instead of the newest.")
def preview(topics: tuple[str, ...], platform: str, day: object) -> None:
    """Show the newest digest on TOPICS, each one in quotes, as a platform would get it."""
    chosen = day.date() if hasattr(day, "date") else None
    run_command(lambda settings: _run_preview(settings, topics, platform, chosen))


async def _run_preview(settings: Settings, texts: tuple[str, ...], platform: str, day: date | None) -> int:
    async with open_app(settings, with_platforms=False) as parts:
        async with index_progress_shown(lambda: parts.ingestor.index_progress, error_console):
            await parts.ingestor.sync_derived(parts.clock.now().date())
        topics = [parts.services.as_followed(parse_topic(text, "preview")) for text in texts]
        entry = next((each for each in PLATFORMS if each.platform == platform), None)
        views = await _render_digest(parts, topics, entry, day)
    if not views:
        console.print("Nothing on these topics in the last 7 days. `paperboy search` looks in the whole archive.")
        return EXIT_FAILED
    for topic in topics:
        _show_names(topic)
    if entry is not None:
        click.echo(entry.render_text(views))
        return 0
    for view in views:
        wrapped_console.print(render_view(view))
    return 0


def _show_names(topic: Topic) -> None:
    """On the error stream, so that what a platform would get can be piped."""
    if counted := counted_synonyms(topic):
        error_console.print(f"{format_short(topic)}, counted too: {', '.join(counted)}", markup=False)


async def _render_digest(app: App, topics: list[Topic], entry: PlatformEntry | None, day: date | None) -> list[View]:
    today = app.clock.now().date()
    first, last = (day, day) if day else (today - LOOKBACK, today)
    candidates = await _candidates(app, topics, first, last)
    newest = max((candidate.paper.list_day() for candidate in candidates), default=None)
    of_day = tuple(candidate for candidate in candidates if candidate.paper.list_day() == newest)
    if newest is None:
        return []
    chat = _preview_chat(app, entry)
    capabilities = entry.capabilities if entry else LocalChat.capabilities
    followed = tuple(Subscription(0, 0, topic, newest, app.clock.now()) for topic in topics)
    due = DueChat(chat, followed, of_day, capabilities=capabilities)
    papers = {candidate.paper.id: candidate.paper for candidate in of_day}
    parts = digest_messages(due, newest, {newest: len(of_day)})
    return [render_content(part.content, papers, chat, capabilities=capabilities) for part in parts]


async def _candidates(app: App, topics: list[Topic], first: date, last: date) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for topic in topics:
        for match in await find_matches(app.storage, app.index, topic, first, last):
            before = found[match.paper.id].topics if match.paper.id in found else ()
            matched = (*before, (format_topic(topic), match.decision.reasons))
            found[match.paper.id] = Candidate(match.paper, matched)
    return list(found.values())


def _preview_chat(app: App, entry: PlatformEntry | None) -> Chat:
    """A chat to compose for; without an entry, in the terminal."""
    platform, kind = (entry.platform, entry.preview_kind) if entry else (LocalChat.platform, ChatKind.PRIVATE)
    now = app.clock.now()
    settings = ChatSettings(app.settings.digest_time, app.settings.timezone)
    return Chat(0, ChatAddress(platform, "", ""), kind, "", settings, now, now.date())
