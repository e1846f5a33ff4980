"""Brings a restored state up to now: what left since counts as sent, what was stopped since stays stopped.

Both databases are SQLite files of our revision here, whatever engine Paperboy runs on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, exists, select, update

from bot.chats import Chat
from bot.deliveries import DeliveryState
from bot.planning.restored_chat import caught_up_chat, chat_with_stops
from storage.repositories.chat_rows import chat_from_row, chat_to_row
from storage.tables import chat, chat_feed, delivery, managed_chat, paper, person, subscription, topic

RESTORED = "a backup was restored"


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What was changed in the restored state: how many chats had digests since, deliveries that counted as sent, and
    stops carried over (chats paused, topics unfollowed, chats and persons erased)."""

    caught_up: int = 0
    expired: int = 0
    paused: int = 0
    unfollowed: int = 0
    erased: int = 0


def is_same_history(restored: Connection, replaced: Connection) -> bool:
    """Whether the replaced database went on from where the backup was made, rather than began anew: they share a row
    that was written at the same moment."""
    return _share_row(restored, replaced, paper, "changed_at") or _share_row(restored, replaced, chat, "created_at")


def _share_row(restored: Connection, replaced: Connection, table: Table, moment: str) -> bool:
    query = select(table.c.id, table.c[moment])
    known = {tuple(row) for row in restored.execute(query)}
    return any(tuple(row) in known for row in replaced.execute(query))


def carry_over(restored: Connection, replaced: Connection | None, now: datetime, *, send_again: bool) -> CarriedOver:
    """Changes ``restored``; commits nothing. ``replaced`` is None where nothing can be known of what was since.

    ``send_again``: nothing counts as sent, but stops are carried over all the same.
    """
    erased = unfollowed = 0
    if replaced is not None:
        erased = _erase_forgotten(restored, replaced)
        unfollowed = _unfollow_stopped(restored, replaced)
        _end_feeds(restored, replaced, now)
    caught_up, paused = _bring_up_chats(restored, replaced, now, send_again=send_again)
    expired = 0 if send_again else _expire_unsent(restored)
    return CarriedOver(caught_up, expired, paused, unfollowed, erased)


def _erase_forgotten(restored: Connection, replaced: Connection) -> int:
    """Chats and persons that are gone by now, and the names of those who are."""
    chats = _missing(restored, replaced, chat, ("id",))
    persons = _missing(restored, replaced, person, ("platform", "workspace", "user"))
    _delete_each(restored, chat, chats)
    _delete_each(restored, person, persons)
    managed = tuple(column.name for column in managed_chat.primary_key)
    _delete_each(restored, managed_chat, _missing(restored, replaced, managed_chat, managed))
    restored.execute(delete(topic).where(~exists().where(subscription.c.topic_id == topic.c.id)))
    return len(chats) + len(persons)


def _missing(restored: Connection, replaced: Connection, table: Table, key: Sequence[str]) -> list[dict[str, Any]]:
    query = select(*(table.c[name] for name in key))
    kept = {tuple(row) for row in replaced.execute(query)}
    return [dict(row._mapping) for row in restored.execute(query) if tuple(row) not in kept]


def _delete_each(connection: Connection, table: Table, keys: Sequence[dict[str, Any]]) -> None:
    for key in keys:
        connection.execute(delete(table).where(_has(table, key)))


def _has(table: Table, key: dict[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _unfollow_stopped(restored: Connection, replaced: Connection) -> int:
    """Topics that are no longer followed, and who added them where that is forgotten."""
    query = select(subscription.c.id, subscription.c.chat_id, topic.c.digest, subscription.c.added_by).join(topic)
    now_followed = {(row.chat_id, row.digest): row.added_by for row in replaced.execute(query)}
    gone = 0
    for row in restored.execute(query).all():
        added_by = now_followed.get((row.chat_id, row.digest))
        if added_by is None:
            restored.execute(delete(subscription).where(subscription.c.id == row.id))
            gone += 1
        elif row.added_by and not added_by:
            restored.execute(update(subscription).where(subscription.c.id == row.id).values(added_by=""))
    return gone


def _end_feeds(restored: Connection, replaced: Connection, now: datetime) -> None:
    """The addresses that have ended since: whoever ended one must not find it open again."""
    is_open = chat_feed.c.revoked_at.is_(None)
    still_open = {row.token_hash for row in replaced.execute(select(chat_feed.c.token_hash).where(is_open))}
    for row in restored.execute(select(chat_feed.c.token_hash).where(is_open)).all():
        if row.token_hash not in still_open:
            ended = update(chat_feed).where(chat_feed.c.token_hash == row.token_hash)
            restored.execute(ended.values(revoked_at=now))


def _bring_up_chats(
    restored: Connection, replaced: Connection | None, now: datetime, *, send_again: bool
) -> tuple[int, int]:
    """How many chats had a digest since, and how many were paused."""
    caught_up = paused = 0
    for old in list(_chats(restored)):
        since = _chat(replaced, old.id) if replaced is not None else None
        sent = old if send_again else caught_up_chat(old, since, now)
        new = chat_with_stops(sent, since) if since else sent
        caught_up += sent != old
        paused += new.status != old.status
        if new != old:
            restored.execute(update(chat).where(chat.c.id == old.id).values(chat_to_row(new)))
    return caught_up, paused


def _chats(connection: Connection) -> Iterator[Chat]:
    return map(chat_from_row, connection.execute(select(chat).order_by(chat.c.id)))


def _chat(connection: Connection, chat_id: int) -> Chat | None:
    row: Row[Any] | None = connection.execute(select(chat).where(chat.c.id == chat_id)).first()
    return chat_from_row(row) if row else None


def _expire_unsent(restored: Connection) -> int:
    """What was on its way when the backup was made has arrived since; its papers stay in the ledger, or they would come
    twice."""
    unsent = delivery.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
    return restored.execute(
        update(delivery).where(unsent).values(state=DeliveryState.EXPIRED, problem=RESTORED, lease_until=None, owner="")
    ).rowcount
