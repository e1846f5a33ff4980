"""The inbox: inbound events, and callback tokens, in one unit of work."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update

from bot.chats import Platform
from storage.engine.transaction import Transaction
from storage.tables import callback_token, inbound_event


def _is_event(platform: Platform, event_id: str) -> ColumnElement[bool]:
    return and_(inbound_event.c.platform == platform, inbound_event.c.event_id == event_id)


def _callback_token(command: str) -> str:
    """132 bits of the command's hash, in 22 characters that every platform takes."""
    digest = hashlib.sha256(command.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]


class SqlInbox:
    """Implements :class:`bot.ports.Inbox`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def record_if_new(self, platform: Platform, event_id: str, at: datetime, body: str = "") -> bool:
        new = (
            self._transaction.insert(inbound_event)
            .values(platform=platform, event_id=event_id, at=at, body=body, done=False)
            .on_conflict_do_nothing()
            .returning(inbound_event.c.event_id)
        )
        return await self._transaction.fetch_first(new) is not None

    async def mark_processed(self, platform: Platform, event_id: str) -> None:
        """Its words are no longer needed and are not kept."""
        finished = update(inbound_event).where(_is_event(platform, event_id))
        await self._transaction.execute(finished.values(done=True, body=""))

    async def unprocessed_events(self, platform: Platform) -> list[tuple[str, str]]:
        query = select(inbound_event.c.event_id, inbound_event.c.body).where(
            inbound_event.c.platform == platform, ~inbound_event.c.done
        )
        rows = await self._transaction.fetch_all(query.order_by(inbound_event.c.at, inbound_event.c.event_id))
        return [(row.event_id, row.body) for row in rows]

    async def store_callback(self, command: str, at: datetime) -> str:
        token = _callback_token(command)
        new = self._transaction.insert(callback_token).values(token=token, command=command, at=at)
        await self._transaction.execute(new.on_conflict_do_nothing())
        return token

    async def resolve_callback(self, token: str) -> str | None:
        command: str | None = await self._transaction.fetch_scalar(
            select(callback_token.c.command).where(callback_token.c.token == token)
        )
        return command

    async def prune(self, before: datetime) -> None:
        """Deletes events stored before then, processed or not; tokens stay, since old buttons do."""
        await self._transaction.execute(delete(inbound_event).where(inbound_event.c.at < before))
