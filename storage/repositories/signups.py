"""Signups, links of chats and quotas, in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes, token_hex
from typing import Any, Final

from sqlalchemy import Row, delete, func, or_, select, update

from bot.chats import Platform
from bot.ports import ChatLink, Signup, SignupWish
from storage.engine.transaction import Transaction
from storage.tables import chat_link, installation_key, quota_use, signup

_KEY_NAME: Final = "links"
_KEY_BYTES: Final = 32
_PUBLIC_ID_BYTES: Final = 12
_QUOTA_RETENTION: Final = timedelta(days=31)


class SqlSignupRepository:
    """Implements :class:`bot.ports.SignupRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, platform: Platform, address: str, wish: SignupWish, at: datetime) -> None:
        row = {
            "platform": platform,
            "address": address,
            "topics": list(wish.topics),
            "hour": wish.hour,
            "zone": wish.zone,
            "days": "".join(str(day) for day in sorted(wish.days)),
            "token_hash": "",
            "created_at": at,
        }
        await self._transaction.execute(self._transaction.insert(signup).values(**row))

    async def waiting(self, platform: Platform, now: datetime, limit: int) -> list[Signup]:
        due = or_(signup.c.not_before.is_(None), signup.c.not_before <= now)
        query = select(signup).where(signup.c.platform == platform, signup.c.sent_at.is_(None), due)
        return _signups(await self._transaction.fetch_all(query.order_by(signup.c.id).limit(limit)))

    async def set_token(self, signup_id: int, token_hash: str, sent_at: datetime) -> bool:
        waiting = update(signup).where(signup.c.id == signup_id, signup.c.sent_at.is_(None))
        return await self._transaction.execute(waiting.values(token_hash=token_hash, sent_at=sent_at)) == 1

    async def postpone(self, signup_id: int, until: datetime) -> None:
        await self._set(signup_id, token_hash="", sent_at=None, not_before=until)

    async def find(self, token_hash: str) -> Signup | None:
        if not token_hash:
            return None
        found = await self._transaction.fetch_all(select(signup).where(signup.c.token_hash == token_hash))
        return next(iter(_signups(found)), None)

    async def mark_confirmed(self, signup_id: int, at: datetime) -> None:
        await self._set(signup_id, confirmed_at=at)

    async def _set(self, signup_id: int, **values: Any) -> None:
        await self._transaction.execute(update(signup).where(signup.c.id == signup_id).values(**values))

    async def discard(self, signup_id: int) -> None:
        await self._transaction.execute(delete(signup).where(signup.c.id == signup_id))

    async def prune(self, before: datetime) -> None:
        await self._transaction.execute(delete(signup).where(signup.c.sent_at < before))
        await self._transaction.execute(delete(quota_use).where(quota_use.c.at < before - _QUOTA_RETENTION))

    async def count_uses(self, scope: str, since: datetime) -> int:
        query = select(func.count()).select_from(quota_use).where(quota_use.c.scope == scope, quota_use.c.at > since)
        return int(await self._transaction.fetch_scalar(query) or 0)

    async def record_use(self, scope: str, at: datetime) -> None:
        await self._transaction.execute(self._transaction.insert(quota_use).values(scope=scope, at=at))

    async def link_of(self, chat_id: int) -> ChatLink:
        new = {"chat_id": chat_id, "public_id": token_hex(_PUBLIC_ID_BYTES), "generation": 0}
        await self._transaction.execute(self._transaction.insert(chat_link).values(**new).on_conflict_do_nothing())
        link = await self.known_link(chat_id)
        assert link is not None, "it was inserted just now"  # noqa: S101 - says what the statement above did
        return link

    async def known_link(self, chat_id: int) -> ChatLink | None:
        row = await self._transaction.fetch_first(select(chat_link).where(chat_link.c.chat_id == chat_id))
        return ChatLink(row.chat_id, row.public_id, row.generation) if row else None

    async def find_link(self, public_id: str) -> ChatLink | None:
        row = await self._transaction.fetch_first(select(chat_link).where(chat_link.c.public_id == public_id))
        return ChatLink(row.chat_id, row.public_id, row.generation) if row else None

    async def installation_key(self) -> bytes:
        query = select(installation_key.c.value).where(installation_key.c.name == _KEY_NAME)
        known = await self._transaction.fetch_scalar(query)
        if known is None:
            new = {"name": _KEY_NAME, "value": token_bytes(_KEY_BYTES).hex()}
            insert = self._transaction.insert(installation_key).values(**new).on_conflict_do_nothing()
            await self._transaction.execute(insert)
            known = await self._transaction.fetch_scalar(query)
        return bytes.fromhex(known)


def _signups(rows: Sequence[Row[Any]]) -> list[Signup]:
    return [_signup_from_row(row) for row in rows]


def _signup_from_row(row: Row[Any]) -> Signup:
    wish = SignupWish(tuple(row.topics), row.hour, row.zone, frozenset(int(day) for day in row.days))
    return Signup(row.id, Platform(row.platform), row.address, wish, row.created_at, row.sent_at, row.confirmed_at)
