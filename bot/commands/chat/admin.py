"""For the operator, in the chats named in ADMIN_CHATS only."""

from __future__ import annotations

from bot.commands.chat.status import source_name
from bot.commands.core.command import Asked, Command
from bot.commands.ui.dates import ago_words
from bot.errors import UserMistake
from bot.i18n import Sentence, listing, say
from bot.views import Line, View

SUBJECTS = ("status",)


async def admin(asked: Asked) -> View:
    """How the whole Paperboy is doing: version, chats, deliveries, sources."""
    if not is_admin(asked):
        raise UserMistake(say("This is for whoever runs this Paperboy."), suggestions=("status",))
    if asked.argument.casefold() not in ("", *SUBJECTS):
        raise UserMistake(
            say("<b>{what}</b> is not something I can tell.", what=asked.argument),
            text=asked.argument,
            suggestions=tuple(f"admin {subject}" for subject in SUBJECTS),
        )
    return await _status(asked)


def is_admin(asked: Asked) -> bool:
    """Whether the operator named this chat; a chat without its thread means all of its threads."""
    named = asked.services.defaults.admin_chats
    return any(spelling in named for spelling in spellings(str(asked.chat.address)))


def spellings(address: str) -> tuple[str, ...]:
    """How settings may name a chat: itself, and a Telegram chat for each of its threads."""
    if address.startswith("telegram:"):
        return (address, address.partition("/")[0])
    return (address,)


async def _status(asked: Asked) -> View:
    services = asked.services
    async with services.storage.read() as work:
        active, paused = await work.chats.counts()
        deliveries = await work.outbox.counts()
        sources = await work.papers.source_states()
        archive = await work.papers.archive()
        next_at = await work.chats.next_digest_at()
    states: list[Sentence] = [say("{state} {n}", state=str(state), n=n) for state, n in deliveries.items() if n]
    lines = [
        say("<b>Paperboy {version}</b> on {database}", version=services.version, database=services.database or "?"),
        say("Chats: {active} active, {paused} paused", active=active, paused=paused),
        say("Deliveries: {states}", states=listing(states) if states else say("none yet")),
        say("Papers: {n}", n=archive.papers),
    ]
    lines += [
        say(
            "Source {name}: last good reading {ago}{problem}",
            name=source_name(source.name),
            ago=ago_words(source.last_success_at, asked.now),
            problem=say(" ({problem})", problem=source.problem) if source.problem else "",
        )
        for source in sources
    ]
    if next_at is not None:
        lines.append(say("Next digest due: {moment} UTC", moment=next_at))
    return View(tuple(map(Line, lines)))


COMMANDS = (Command("admin", say("how this Paperboy is doing"), admin, argument="status", hidden=True, private=True),)
