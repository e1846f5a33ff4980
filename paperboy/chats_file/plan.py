"""What would change if a file were followed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot.chats import Chat, ChatSettings, ChatStatus
from bot.commands.core.chat_updates import with_next_digest
from bot.due import resume_chat
from bot.topics import Topic
from bot.topics.formatter import format_topic
from paperboy.chats_file.entries import ChatEntry


@dataclass(frozen=True, slots=True)
class ChatChange:
    """One chat as it is and as it would be. ``stopped`` are subscriptions as (id, topic)."""

    before: Chat | None
    after: Chat
    added: tuple[Topic, ...] = ()
    stopped: tuple[tuple[int, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.before == self.after and not self.added and not self.stopped

    def describe(self) -> Iterator[str]:
        """What would change, a line for each."""
        if self.before is None:
            yield "new here"
        elif self.before.status != self.after.status:
            yield f"{self.before.status} -> {self.after.status}"
        yield from (f"+ {format_topic(topic)}" for topic in self.added)
        yield from (f"- {text}" for _, text in self.stopped)
        if self.before is not None:
            yield from _changed_settings(self.before.settings, self.after.settings)


def _changed_settings(before: ChatSettings, after: ChatSettings) -> Iterator[str]:
    for one in fields(ChatSettings):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old != new:
            yield f"{one.name.replace('_', ' ')}: {_shown(old)} -> {_shown(new)}"


def _shown(value: object) -> str:
    if isinstance(value, frozenset | tuple):
        return ", ".join(map(str, sorted(value))) or "none"
    return str(value) or "none"


def plan_new_chat(entry: ChatEntry, chat: Chat, now: datetime) -> ChatChange:
    """A chat that is not here yet; ``chat`` is how it would begin. Its topics count from now on."""
    topics = entry.topics or ()
    made = replace(chat, title=entry.title or chat.title, settings=replace(chat.settings, **entry.settings))
    return ChatChange(None, _with_status(made, entry, now, follows=bool(topics)), topics)


def plan_addition(entry: ChatEntry, chat: Chat, followed: Sequence[tuple[int, str]], now: datetime) -> ChatChange:
    """What a chat that is here lacks of the entry: topics and mutes. Its other settings stay."""
    added = _missing_topics(entry, followed)
    settings = chat.settings
    muted = (*settings.muted, *(one for one in entry.settings.get("muted", ()) if one not in settings.muted))
    after = replace(chat, settings=replace(settings, muted=muted))
    if added and chat.next_digest_at is None:
        after = with_next_digest(after, now, follows=True)
    return ChatChange(chat, after, added)


def plan_following(entry: ChatEntry, chat: Chat, followed: Sequence[tuple[int, str]], now: datetime) -> ChatChange:
    """What makes a chat that is here as the entry says; of what the entry does not name, nothing changes."""
    wanted = None if entry.topics is None else {format_topic(topic) for topic in entry.topics}
    stopped = () if wanted is None else tuple(one for one in followed if one[1] not in wanted)
    added = _missing_topics(entry, followed)
    follows = len(followed) - len(stopped) + len(added) > 0
    settings = replace(chat.settings, **entry.settings)
    after = replace(chat, settings=settings)
    moved = (settings.hour, settings.zone, settings.days) != (
        chat.settings.hour,
        chat.settings.zone,
        chat.settings.days,
    )
    if moved or (chat.next_digest_at is None) == follows:
        after = with_next_digest(after, now, follows=follows)
    return ChatChange(chat, _with_status(after, entry, now, follows=follows), added, stopped)


def _missing_topics(entry: ChatEntry, followed: Sequence[tuple[int, str]]) -> tuple[Topic, ...]:
    known = {text for _, text in followed}
    return tuple(topic for topic in entry.topics or () if format_topic(topic) not in known)


def _with_status(chat: Chat, entry: ChatEntry, now: datetime, *, follows: bool) -> Chat:
    """A chat that the platform closed stays paused: no file opens it again."""
    if entry.paused is True and chat.status is ChatStatus.ACTIVE:
        return replace(chat, status=ChatStatus.PAUSED, paused_until=entry.paused_until, next_digest_at=None)
    if entry.paused is False and chat.status is ChatStatus.PAUSED and not chat.pause_reason:
        return resume_chat(chat, now, follows=follows)
    return chat if chat.next_digest_at or not follows else with_next_digest(chat, now, follows=True)
