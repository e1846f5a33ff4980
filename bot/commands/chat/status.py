"""How things stand: the last digests, the next one, and the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.chats import Chat, ChatStatus
from bot.commands.core.command import Command, CommandContext
from bot.commands.search.search import archive_note, index_notes
from bot.commands.subscriptions.topic_list import topics_and_schedule
from bot.commands.ui.buttons import button, button_rows, primary_button
from bot.commands.ui.dates import format_age, format_moment, in_chat_zone, relative_day
from bot.deliveries import DeliveryState, Edition, EmptyReason
from bot.due import local_day
from bot.i18n import LazyText, join_texts, t, tn
from bot.ports import SourceState
from bot.sources import sources
from bot.views import Block, Button, Footer, TextBlock, View

EARLIER_DIGESTS = 5


async def status(context: CommandContext) -> View:
    """What the chat follows and when, what came lately, when the source was read, how far the archive reaches."""
    async with context.services.storage.read() as work:
        topics = await work.subscriptions.of_chat(context.chat.id)
        editions = await work.outbox.editions(context.chat.id, EARLIER_DIGESTS + 1)
        sources = await work.papers.source_states()
        today = (await work.papers.count_listed(context.today, context.today)).get(context.today, 0)
        archive = await work.papers.archive_extent()
    blocks: list[Block] = [TextBlock(_headline(context, len(topics)))]
    blocks += map(TextBlock, _digest_lines(context, editions))
    blocks += [TextBlock(_source_line(source, today, context.now)) for source in sources]
    blocks += map(
        Footer, [archive_note(archive, context.today), *_reading_progress(context), *index_notes(context.services)]
    )
    return View((*blocks, button_rows(_buttons(context.chat))))


def _headline(context: CommandContext, topics: int) -> LazyText:
    chat = context.chat
    if not topics:
        return t("<b>No topics yet</b>, so no digest is planned.")
    following = topics_and_schedule(topics, chat)
    if chat.status is ChatStatus.PAUSED:
        return t("{following}. {paused}", following=following, paused=_resumption_line(chat, context.now))
    if chat.next_digest_at is None:
        return following
    moment = format_moment(chat.next_digest_at, chat.settings, context.now)
    return t("{following} · next: {moment}", following=following, moment=moment)


def _resumption_line(chat: Chat, now: datetime) -> LazyText:
    if chat.pause_reason:
        return t("Digests stopped because I could not write here ({reason}).", reason=chat.pause_reason)
    if chat.paused_until is None:
        return t("Nothing comes until you resume.")
    return t("It begins again {moment}.", moment=format_moment(chat.paused_until, chat.settings, now))


def _digest_lines(context: CommandContext, editions: Sequence[Edition]) -> list[LazyText]:
    """The last digest in full, the ones before in short."""
    if not editions:
        return []
    last, *before = editions
    said = [last_digest_line(context, last)]
    if before:
        parts = [t("{day}: {what}", day=each.local_day, what=_digest_content(each)) for each in before]
        said.append(t("Before: {days}", days=join_texts(parts, " · ")))
    return said


def last_digest_line(context: CommandContext, last: Edition) -> LazyText:
    """*Last digest: today 09:00, 5 papers, delivered.*"""
    day = relative_day(last.local_day, local_day(context.chat.settings, context.now))
    moment = t("{day} {time}", day=day, time=in_chat_zone(last.planned_at, context.chat.settings).time())
    return t("Last digest: {moment}, {what}.", moment=moment, what=_digest_line(last))


def _digest_line(edition: Edition) -> LazyText:
    if edition.state is None:
        return _digest_content(edition)
    return t("{what}, {state}", what=_digest_content(edition), state=_STATES[edition.state])


def _digest_content(edition: Edition) -> LazyText:
    if edition.paper_count or edition.empty_reason is None:
        return tn("{n} paper", "{n} papers", edition.paper_count)
    return _EMPTY[edition.empty_reason]


_STATES: Mapping[DeliveryState, LazyText] = {
    DeliveryState.PENDING: t("waiting to be sent"),
    DeliveryState.SENDING: t("on its way"),
    DeliveryState.SENT: t("delivered"),
    DeliveryState.FAILED: t("could not be delivered"),
    DeliveryState.UNCERTAIN: t("perhaps delivered"),
    DeliveryState.EXPIRED: t("came too late to be sent; its papers come with the next"),
}
_EMPTY: Mapping[EmptyReason, LazyText] = {
    EmptyReason.WEEKEND: t("no list"),
    EmptyReason.NO_LIST: t("no list"),
    EmptyReason.NOT_LISTED_YET: t("nothing listed yet"),
    EmptyReason.SOURCE_DOWN: t("the source was down"),
    EmptyReason.NOTHING_MATCHED: t("nothing matched"),
    EmptyReason.NOTHING_NEW: t("nothing new"),
}


def _source_line(source: SourceState, today: int, now: datetime) -> LazyText:
    if source.failing_since is not None:
        return t(
            "Source {name}: no answer, last read {ago}. Nothing is lost; I keep trying.",
            name=sources().title(source.name),
            ago=format_age(source.last_success_at, now),
        )
    return t(
        "Source {name}: read {ago}, {papers} today.",
        name=sources().title(source.name),
        ago=format_age(source.last_success_at, now),
        papers=tn("{n} paper", "{n} papers", today),
    )


def _reading_progress(context: CommandContext) -> list[LazyText]:
    progress = context.services.progress()
    if progress is None or progress.finished:
        return []
    return [
        t(
            "I am still reading older lists: {read} of {wanted} days.",
            read=progress.days_done,
            wanted=progress.days_total,
        )
    ]


def _buttons(chat: Chat) -> list[Button]:
    paused = chat.status is ChatStatus.PAUSED
    turn = primary_button(t("Resume"), "resume") if paused else button(t("Pause"), "pause")
    return [button(t("Topics"), "topics"), button(t("Settings"), "settings"), turn]


COMMANDS = (Command("status", t("the last digests, the next one, and the source"), status, private=True),)
