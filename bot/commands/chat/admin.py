"""For the operator, in the chats named in ADMIN_CHATS only."""

from __future__ import annotations

from bot.commands.core.command import Command, CommandContext
from bot.commands.fallback import unknown_command_error
from bot.commands.ui.dates import format_age
from bot.errors import InputError, UnavailableReason
from bot.i18n import LazyText, join_texts, t, tn
from bot.sources import sources
from bot.views import TextBlock, View

ADMIN_SUBJECTS = ("status",)


async def admin(context: CommandContext) -> View:
    """How the whole Paperboy is doing: version, chats, deliveries, sources. Raises InputError for what can't be
    told, and in a chat that the operator did not name: as for a command that there is not."""
    if not is_admin(context):
        raise unknown_command_error(context.call, context.commands, context.capabilities)
    if context.argument.casefold() not in ("", *ADMIN_SUBJECTS):
        raise InputError(
            t("<b>{what}</b> is not something I can tell.", what=context.argument),
            input=context.argument,
            suggestions=tuple(f"admin {subject}" for subject in ADMIN_SUBJECTS),
        )
    return await _status(context)


def is_admin(context: CommandContext) -> bool:
    """Whether the operator named this chat; a chat without its thread means all of its threads."""
    return not context.services.defaults.admin_chats.isdisjoint(
        context.capabilities.spell_address(context.chat.address)
    )


async def _status(context: CommandContext) -> View:
    services = context.services
    async with services.storage.read() as work:
        active, paused = await work.chats.count_active_and_paused()
        moved = await work.chats.count_paused_because(UnavailableReason.MOVED)
        deliveries = await work.outbox.count_by_state()
        read = await work.papers.source_states()
        archive = await work.papers.archive_extent()
        next_at = await work.chats.earliest_digest_at()
    states: list[LazyText] = [t("{state} {n}", state=str(state), n=n) for state, n in deliveries.items() if n]
    lines = [
        t("<b>Paperboy {version}</b> on {database}", version=services.version, database=services.database or "?"),
        t("Chats: {active} active, {paused} paused", active=active, paused=paused),
        t("Deliveries: {states}", states=join_texts(states) if states else t("none yet")),
        t("Papers: {n}", n=archive.paper_count),
    ]
    lines += [
        t(
            "Source {name}: last good reading {ago}{problem}",
            name=sources().title(source.name),
            ago=format_age(source.last_success_at, context.now),
            problem=t(" ({problem})", problem=source.problem) if source.problem else "",
        )
        for source in read
    ]
    if moved:
        lines.append(tn("{n} chat waits for a word to the new bot", "{n} chats wait for a word to the new bot", moved))
    if next_at is not None:
        lines.append(t("Next digest due: {moment} UTC", moment=next_at))
    return View(tuple(map(TextBlock, lines)))


COMMANDS = (Command("admin", t("how this Paperboy is doing"), admin, argument="status", hidden=True, private=True),)
