"""How things stand: the last digests, the next one, and the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.chats import Chat, ChatStatus
from bot.commands.core.command import Asked, Command
from bot.commands.search.search import archive_words, index_words
from bot.commands.subscriptions.topic_list import topics_and_rhythm
from bot.commands.ui.buttons import button, primary, rows
from bot.commands.ui.dates import ago_words, day_words, local, moment_words
from bot.deliveries import DeliveryState, Edition, EmptyReason
from bot.due import local_day
from bot.i18n import Sentence, listing, say, say_n
from bot.ports import SourceState
from bot.views import Block, Button, Line, SmallPrint, View

BEFORE = 5


async def status(asked: Asked) -> View:
    """What the chat follows and when, what came lately, when the source was read, how far the archive reaches."""
    async with asked.services.storage.read() as work:
        topics = await work.topics.of_chat(asked.chat.id)
        editions = await work.outbox.editions(asked.chat.id, BEFORE + 1)
        sources = await work.papers.source_states()
        today = (await work.papers.count_listed(asked.today, asked.today)).get(asked.today, 0)
        archive = await work.papers.archive()
    blocks: list[Block] = [Line(_head(asked, len(topics)))]
    blocks += map(Line, _digests(asked, editions))
    blocks += [Line(_source(source, today, asked.now)) for source in sources]
    blocks += map(SmallPrint, [archive_words(archive, asked.today), *_reading(asked), *index_words(asked.services)])
    return View((*blocks, rows(_buttons(asked.chat))))


def _head(asked: Asked, topics: int) -> Sentence:
    chat = asked.chat
    if not topics:
        return say("<b>No topics yet</b>, so no digest is planned.")
    following = topics_and_rhythm(topics, chat)
    if chat.status is ChatStatus.PAUSED:
        return say("{following}. {paused}", following=following, paused=_paused(chat, asked.now))
    if chat.next_digest_at is None:
        return following
    moment = moment_words(chat.next_digest_at, chat.settings, asked.now)
    return say("{following} · next: {moment}", following=following, moment=moment)


def _paused(chat: Chat, now: datetime) -> Sentence:
    if chat.paused_because:
        return say("Digests stopped because I could not write here ({reason}).", reason=chat.paused_because)
    if chat.paused_until is None:
        return say("Nothing comes until you resume.")
    return say("It begins again {moment}.", moment=moment_words(chat.paused_until, chat.settings, now))


def _digests(asked: Asked, editions: Sequence[Edition]) -> list[Sentence]:
    """The last digest in full, the ones before in short."""
    if not editions:
        return []
    last, *before = editions
    said = [last_digest(asked, last)]
    if before:
        parts = [say("{day}: {what}", day=each.local_day, what=_brought(each)) for each in before]
        said.append(say("Before: {days}", days=listing(parts, " · ")))
    return said


def last_digest(asked: Asked, last: Edition) -> Sentence:
    """*Last digest: today 09:00, 5 papers, delivered.*"""
    day = day_words(last.local_day, local_day(asked.chat.settings, asked.now))
    moment = say("{day} {time}", day=day, time=local(last.planned_at, asked.chat.settings).time())
    return say("Last digest: {moment}, {what}.", moment=moment, what=_what(last))


def _what(edition: Edition) -> Sentence:
    if edition.state is None:
        return _brought(edition)
    return say("{what}, {state}", what=_brought(edition), state=_STATES[edition.state])


def _brought(edition: Edition) -> Sentence:
    if edition.papers or edition.empty is None:
        return say_n("{n} paper", "{n} papers", edition.papers)
    return _EMPTY[edition.empty]


_STATES: Mapping[DeliveryState, Sentence] = {
    DeliveryState.PENDING: say("waiting to be sent"),
    DeliveryState.SENDING: say("on its way"),
    DeliveryState.SENT: say("delivered"),
    DeliveryState.FAILED: say("could not be delivered"),
    DeliveryState.UNCERTAIN: say("perhaps delivered"),
    DeliveryState.EXPIRED: say("came too late to be sent; its papers come with the next"),
}
_EMPTY: Mapping[EmptyReason, Sentence] = {
    EmptyReason.WEEKEND: say("no list"),
    EmptyReason.NO_LIST: say("no list"),
    EmptyReason.NOT_LISTED_YET: say("nothing listed yet"),
    EmptyReason.SOURCE_DOWN: say("the source was down"),
    EmptyReason.NOTHING_MATCHED: say("nothing matched"),
    EmptyReason.NOTHING_NEW: say("nothing new"),
}


def _source(source: SourceState, today: int, now: datetime) -> Sentence:
    if source.failing_since is not None or source.problem:
        return say(
            "Source {name}: no answer, last read {ago}. Nothing is lost; I keep trying.",
            name=source_name(source.name),
            ago=ago_words(source.last_success_at, now),
        )
    return say(
        "Source {name}: read {ago}, {papers} today.",
        name=source_name(source.name),
        ago=ago_words(source.last_success_at, now),
        papers=say_n("{n} paper", "{n} papers", today),
    )


def source_name(name: str) -> str:
    """A source as people call it."""
    return {"huggingface": "Hugging Face", "arxiv": "arXiv"}.get(name, name)


def _reading(asked: Asked) -> list[Sentence]:
    progress = asked.services.progress()
    if progress is None or progress.done:
        return []
    return [
        say(
            "I am still reading older lists: {read} of {wanted} days.",
            read=progress.days_done,
            wanted=progress.days_total,
        )
    ]


def _buttons(chat: Chat) -> list[Button]:
    paused = chat.status is ChatStatus.PAUSED
    turn = primary(say("Resume"), "resume") if paused else button(say("Pause"), "pause")
    return [button(say("Topics"), "topics"), button(say("Settings"), "settings"), turn]


COMMANDS = (Command("status", say("the last digests, the next one, and the source"), status, private=True),)
