"""The deliveries of one unit of work, as the core sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, select

from bot.chats import Platform
from bot.deliveries import AttemptResult, Delivery, DeliveryKind, DeliveryPlan, DeliveryState, Edition, EmptyReason
from storage.engine.transaction import Transaction, chunks
from storage.outbox import claiming, monitoring, planning, recording, sent
from storage.outbox.rows import delivery_from_row, select_deliveries
from storage.tables import delivery, edition, sent_paper, suspension

_UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCERTAIN)


class SqlOutbox:
    """Implements :class:`bot.ports.Outbox`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def store_plans(self, plans: Sequence[DeliveryPlan]) -> list[int]:
        return await planning.write_plans(self._transaction, plans) if plans else []

    async def unsent_digests(self, chat_ids: Sequence[int]) -> Mapping[int, list[Delivery]]:
        query = select_deliveries().where(
            delivery.c.kind == DeliveryKind.DIGEST, delivery.c.part == 0, delivery.c.state == DeliveryState.PENDING
        )
        found: dict[int, list[Delivery]] = {}
        for row in await self._transaction.fetch_where_in(query.order_by(delivery.c.id), delivery.c.chat_id, chat_ids):
            found.setdefault(row.chat_id, []).append(delivery_from_row(row))
        return found

    async def claim(
        self,
        platform: Platform,
        *,
        owner: str,
        now: datetime,
        lease_until: datetime,
        limit: int = 1,
        workspace: str | None = None,
    ) -> list[Delivery]:
        query = claiming.ClaimQuery(platform, owner, now, lease_until, limit, workspace)
        return await claiming.claim(self._transaction, query)

    async def record_results(self, results: Sequence[AttemptResult], owner: str) -> None:
        await recording.record_results(self._transaction, results, owner)

    async def mark_expired_leases(self, now: datetime, owner: str = "") -> list[Delivery]:
        return await recording.mark_expired_leases(self._transaction, now, owner)

    async def suspend(self, platform: Platform, workspace: str, until: datetime) -> None:
        insert = self._transaction.insert(suspension).values(platform=platform, workspace=workspace, until=until)
        later = self._transaction.greatest(suspension.c.until, insert.excluded.until)
        await self._transaction.execute(
            insert.on_conflict_do_update(index_elements=["platform", "workspace"], set_={"until": later})
        )

    async def claimable_count(self, platform: Platform, now: datetime) -> int:
        return await claiming.claimable_count(self._transaction, platform, now)

    async def unfinished_count(self) -> int:
        counts = await self.count_by_state()
        return sum(counts[state] for state in _UNFINISHED)

    async def next_pending_at(self, platform: Platform) -> datetime | None:
        return await claiming.next_pending_at(self._transaction, platform)

    async def next_pending_by_workspace(self, platform: Platform) -> Mapping[str, datetime]:
        return await claiming.next_pending_by_workspace(self._transaction, platform)

    async def get(self, delivery_id: int) -> Delivery | None:
        row = await self._transaction.fetch_first(select_deliveries().where(delivery.c.id == delivery_id))
        return delivery_from_row(row) if row else None

    async def count_by_state(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are in each state, 0 included."""
        query = select(delivery.c.state, func.count().label("rows")).group_by(delivery.c.state)
        found = {DeliveryState(row.state): int(row.rows) for row in await self._transaction.fetch_all(query)}
        return {state: found.get(state, 0) for state in DeliveryState}

    async def count_by_platform(self) -> Mapping[tuple[Platform, DeliveryState], int]:
        return await monitoring.count_by_platform(self._transaction)

    async def oldest_pending_due_at(self) -> datetime | None:
        return await monitoring.oldest_pending_due_at(self._transaction)

    async def digest_lateness(self, after: datetime, until: datetime) -> list[tuple[Platform, float]]:
        return await monitoring.digest_lateness(self._transaction, after, until)

    async def editions(self, chat_id: int, limit: int = 7) -> list[Edition]:
        return (await self.latest_editions([chat_id], limit)).get(chat_id, [])

    async def latest_editions(self, chat_ids: Sequence[int], limit: int = 7) -> Mapping[int, list[Edition]]:
        newest_first = func.row_number().over(partition_by=edition.c.chat_id, order_by=edition.c.local_day.desc())
        found: dict[int, list[Edition]] = {}
        for chats in chunks(list(dict.fromkeys(chat_ids))):
            of_chats = select(edition, newest_first.label("place")).where(edition.c.chat_id.in_(chats)).subquery()
            query = (
                select(of_chats, delivery.c.state)
                .join(delivery, delivery.c.id == of_chats.c.delivery_id, isouter=True)
                .where(of_chats.c.place <= limit)
                .order_by(of_chats.c.chat_id, of_chats.c.place)
            )
            for row in await self._transaction.fetch_all(query):
                found.setdefault(row.chat_id, []).append(_edition_from_row(row))
        return found

    async def sent_containing(self, platform: Platform, paper_ids: Sequence[str], since: datetime) -> list[Delivery]:
        return await sent.sent_containing(self._transaction, platform, paper_ids, since)

    async def sent_digests(self, chat_id: int, since: datetime) -> list[Delivery]:
        return await sent.sent_digests(self._transaction, chat_id, since)

    async def all_sent_papers(self, chat_id: int) -> Mapping[str, date]:
        query = select(sent_paper.c.paper_id, sent_paper.c.local_day).where(sent_paper.c.chat_id == chat_id)
        newest_first = query.order_by(sent_paper.c.local_day.desc(), sent_paper.c.paper_id)
        return {row.paper_id: row.local_day for row in await self._transaction.fetch_all(newest_first)}

    async def sent_papers(self, chat_id: int, paper_ids: Sequence[str]) -> Mapping[str, date]:
        query = select(sent_paper.c.paper_id, sent_paper.c.local_day).where(sent_paper.c.chat_id == chat_id)
        rows = await self._transaction.fetch_where_in(query, sent_paper.c.paper_id, paper_ids)
        return {row.paper_id: row.local_day for row in rows}

    async def last_sent(self, chat_ids: Sequence[int], paper_ids: Sequence[str]) -> Mapping[int, date]:
        found: dict[int, date] = {}
        for chats in chunks(chat_ids):
            query = select(sent_paper.c.chat_id, func.max(sent_paper.c.local_day).label("last")).where(
                sent_paper.c.chat_id.in_(chats)
            )
            for row in await self._transaction.fetch_where_in(
                query.group_by(sent_paper.c.chat_id), sent_paper.c.paper_id, paper_ids
            ):
                found[row.chat_id] = max(row.last, found.get(row.chat_id, row.last))
        return found

    async def prune(self, before: datetime) -> int:
        """Deletes finished deliveries planned before then, and editions whose delivery is gone; the ledger stays."""
        old = and_(delivery.c.created_at < before, delivery.c.state.not_in(_UNFINISHED))
        deleted = await self._transaction.execute(delete(delivery).where(old))
        await self._transaction.execute(
            delete(edition).where(edition.c.planned_at < before, edition.c.delivery_id.is_(None))
        )
        return deleted


def _edition_from_row(row: Row[Any]) -> Edition:
    return Edition(
        chat_id=row.chat_id,
        local_day=row.local_day,
        planned_at=row.planned_at,
        paper_count=row.papers,
        empty_reason=EmptyReason(row.empty) if row.empty else None,
        state=DeliveryState(row.state) if row.state else None,
        delivery_id=row.delivery_id,
    )
