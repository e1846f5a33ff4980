"""Writing plans: everything one chat's due moment brings, in a few statements for a page of chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, or_, select, update

from bot.deliveries import DeliveryPlan, DeliveryState, DigestContent, EmptyDigestContent
from storage.engine import json_codec
from storage.engine.transaction import Transaction, chunks
from storage.outbox.release import expire, expire_statement
from storage.tables import UtcDateTime, chat, delivery, edition, sent_paper

PlanKey = tuple[int, str, str]  # what a plan is unique by: chat, kind, key


def _plan_key(plan: DeliveryPlan) -> PlanKey:
    return (plan.chat_id, plan.kind, plan.key)


def _local_day(plan: DeliveryPlan) -> date:
    """The chat's day that the ledger names."""
    if plan.edition:
        return plan.edition.local_day
    for part in plan.messages:
        if isinstance(part.content, DigestContent | EmptyDigestContent):
            return part.content.local_day
    return plan.planned_at.date()


@dataclass(frozen=True, slots=True)
class _ExistingState:
    """What the database has already where the plans are to be written.

    ``chats`` maps each chat to its platform; ``pending`` holds the deliveries that can still be withdrawn; ``papers``
    says which delivery brought, or brings, a paper to a chat (None: one that was pruned).
    """

    chats: Mapping[int, str]
    plan_keys: frozenset[PlanKey]
    editions: frozenset[tuple[int, date]]
    pending: frozenset[int]
    papers: Mapping[tuple[int, str], int | None]

    def allows(self, plan: DeliveryPlan) -> bool:
        """Whether nothing of the plan exists yet, and nothing it brings is on its way by another one."""
        if plan.chat_id not in self.chats or _plan_key(plan) in self.plan_keys:
            return False
        if plan.edition and (plan.chat_id, plan.edition.local_day) in self.editions:
            return False
        if not self.pending.issuperset(plan.supersedes):
            return False
        brought = [(plan.chat_id, paper_id) for paper_id in plan.papers]
        return all(self.papers[each] in plan.supersedes for each in brought if each in self.papers)


async def write_plans(transaction: Transaction, plans: Sequence[DeliveryPlan]) -> list[int]:
    """Writes the plans of which nothing exists yet; returns their chats.

    A plan is left out as well when a delivery it supersedes is no longer pending, or when one of its papers went (or is
    going) to the chat by another delivery: what it was made from has changed, so it must be made again.
    """
    plans = _without_conflicts(plans)
    existing = await _load_existing(transaction, plans)
    good = [plan for plan in plans if existing.allows(plan)]
    # Superseded digests first: expiring them deletes their ledger rows, which the new ones would collide with.
    await _expire_superseded(transaction, [old for plan in good for old in plan.supersedes])
    firsts = await _write_deliveries(transaction, good, existing.chats)
    await _write_editions(transaction, good, firsts)
    await _write_ledger(transaction, good, firsts)
    await _advance_chats(transaction, good)
    return list(dict.fromkeys(plan.chat_id for plan in good))


def _without_conflicts(plans: Sequence[DeliveryPlan]) -> list[DeliveryPlan]:
    """The plans without those that an earlier one of the same page leaves no room for."""
    accepted: list[DeliveryPlan] = []
    seen: set[tuple[object, ...]] = set()
    for plan in plans:
        claims: set[tuple[object, ...]] = {_plan_key(plan), *((plan.chat_id, paper_id) for paper_id in plan.papers)}
        if plan.edition:
            claims.add((plan.chat_id, plan.edition.local_day))
        if seen.isdisjoint(claims):
            accepted.append(plan)
            seen |= claims
    return accepted


async def _load_existing(transaction: Transaction, plans: Sequence[DeliveryPlan]) -> _ExistingState:
    # Chats are locked first and in one order, so that two planners wait for each other and never deadlock.
    chats = select(chat.c.id, chat.c.platform).order_by(chat.c.id)
    locked = await transaction.fetch_where_in(
        transaction.for_update(chats), chat.c.id, sorted(plan.chat_id for plan in plans)
    )
    pending = transaction.for_update(select(delivery.c.id).where(delivery.c.state == DeliveryState.PENDING))
    superseded = await transaction.fetch_where_in(
        pending, delivery.c.id, [old for plan in plans for old in plan.supersedes]
    )
    return _ExistingState(
        chats={row.id: row.platform for row in locked},
        plan_keys=await _existing_plan_keys(transaction, plans),
        editions=await _existing_editions(transaction, plans),
        pending=frozenset(row.id for row in superseded),
        papers=await _existing_papers(transaction, plans),
    )


async def _existing_plan_keys(transaction: Transaction, plans: Sequence[DeliveryPlan]) -> frozenset[PlanKey]:
    name = (delivery.c.chat_id, delivery.c.kind, delivery.c.key)
    rows = await transaction.fetch_where_tuples_in(select(*name), name, [_plan_key(plan) for plan in plans])
    return frozenset((row.chat_id, row.kind, row.key) for row in rows)


async def _existing_editions(transaction: Transaction, plans: Sequence[DeliveryPlan]) -> frozenset[tuple[int, date]]:
    day = (edition.c.chat_id, edition.c.local_day)
    days = [(plan.chat_id, plan.edition.local_day) for plan in plans if plan.edition]
    return frozenset(
        (row.chat_id, row.local_day) for row in await transaction.fetch_where_tuples_in(select(*day), day, days)
    )


async def _existing_papers(
    transaction: Transaction, plans: Sequence[DeliveryPlan]
) -> dict[tuple[int, str], int | None]:
    pairs = [(plan.chat_id, paper_id) for plan in plans for paper_id in plan.papers]
    rows = await transaction.fetch_where_tuples_in(
        select(sent_paper), (sent_paper.c.chat_id, sent_paper.c.paper_id), pairs
    )
    return {(row.chat_id, row.paper_id): row.delivery_id for row in rows}


async def _expire_superseded(transaction: Transaction, ids: Sequence[int]) -> None:
    for part in chunks(ids):
        await expire(transaction, expire_statement(delivery.c.id.in_(part), "superseded"))


async def _write_deliveries(
    transaction: Transaction, plans: Sequence[DeliveryPlan], platforms: Mapping[int, str]
) -> dict[PlanKey, int]:
    """Writes the parts; returns each plan's first."""
    rows = [
        _delivery_row(plan, place, platforms[plan.chat_id]) for plan in plans for place in range(len(plan.messages))
    ]
    new = insert(delivery).returning(*(delivery.c[name] for name in ("id", "chat_id", "kind", "key", "part")))
    written = sorted(await transaction.fetch_all(new, rows), key=lambda row: int(row.part), reverse=True)
    return {(row.chat_id, row.kind, row.key): row.id for row in written}


def _delivery_row(plan: DeliveryPlan, place: int, platform: str) -> dict[str, Any]:
    planned = plan.messages[place]
    return {
        "chat_id": plan.chat_id,
        "platform": platform,
        "kind": plan.kind,
        "key": plan.key,
        "part": planned.part,
        "state": DeliveryState.PENDING,
        "content": json_codec.encode(planned.content),
        "client_key": uuid4().hex,
        "created_at": plan.planned_at,
        "expires_at": plan.expires_at,
        "attempts": 0,
        "owner": "",
        "maybe_repeated": False,
        "receipt": "",
        "problem": "",
        "due_at": min(plan.due_at, plan.planned_at) if plan.due_at else None,
    }


async def _write_editions(
    transaction: Transaction, plans: Sequence[DeliveryPlan], firsts: Mapping[PlanKey, int]
) -> None:
    rows = [
        {
            "chat_id": plan.chat_id,
            "local_day": plan.edition.local_day,
            "planned_at": plan.edition.planned_at,
            "papers": plan.edition.paper_count,
            "empty": plan.edition.empty_reason or "",
            "delivery_id": firsts.get(_plan_key(plan)),
        }
        for plan in plans
        if plan.edition
    ]
    await transaction.execute(insert(edition), rows)


async def _write_ledger(transaction: Transaction, plans: Sequence[DeliveryPlan], firsts: Mapping[PlanKey, int]) -> None:
    rows = [
        {
            "chat_id": plan.chat_id,
            "paper_id": paper_id,
            "local_day": _local_day(plan),
            "delivery_id": firsts.get(_plan_key(plan)),
        }
        for plan in plans
        for paper_id in dict.fromkeys(plan.papers)
    ]
    await transaction.execute(insert(sent_paper), rows)


async def _advance_chats(transaction: Transaction, plans: Sequence[DeliveryPlan]) -> None:
    advance = (
        update(chat)
        .where(chat.c.id == bindparam("chat_id"))
        .values(
            next_digest_at=func.coalesce(bindparam("next", type_=UtcDateTime), chat.c.next_digest_at),
            last_local_day=func.coalesce(bindparam("day", type_=chat.c.last_local_day.type), chat.c.last_local_day),
            counting_from=func.coalesce(bindparam("counting", type_=chat.c.counting_from.type), chat.c.counting_from),
            first_empty_told=or_(chat.c.first_empty_told, bindparam("told", type_=chat.c.first_empty_told.type)),
        )
    )
    rows = [
        {
            "chat_id": plan.chat_id,
            "next": plan.next_digest_at,
            "day": plan.last_local_day,
            "counting": plan.eligible_from,
            "told": plan.first_empty_notified,
        }
        for plan in plans
    ]
    await transaction.execute(advance, rows)
