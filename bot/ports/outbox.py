"""The outbox: deliveries, editions and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.chats import Platform
from bot.deliveries import AttemptResult, Delivery, DeliveryPlan, DeliveryState, Edition


class Outbox(Protocol):
    """The deliveries of one unit of work."""

    async def store_plans(self, plans: Sequence[DeliveryPlan]) -> list[int]:
        """Writes editions, deliveries, ledger rows and the chats' next moments; a plan whose (chat, kind, key) or
        edition already stands is left out entirely. Withdraws what a plan supersedes (state expired, problem
        "superseded"), but only while still pending; a plan whose ``supersedes`` is no longer pending, or with a paper
        that went or is going there by another delivery, is left out too, to be made again. Returns the chats that were
        planned."""
        ...

    async def unsent_digests(self, chat_ids: Sequence[int]) -> Mapping[int, list[Delivery]]:
        """Digests still pending (first parts)."""
        ...

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
        """Marks pending deliveries of active chats as sending: the lowest unfinished part of a chat, oldest first,
        never two of one chat, none before its, its chat's, its workspace's or its bot's ``not_before``. Sets
        ``reply_to`` of later parts. Past ``expires_at`` they become expired instead. ``workspace``: only its chats."""
        ...

    async def record_results(self, results: Sequence[AttemptResult], owner: str) -> None:
        """Records how attempts ended, only for rows still leased by ``owner`` or uncertain (leased by nobody). A digest
        that ends failed or expired gives its papers back (its ledger rows are deleted) in the same commit, and its
        later parts expire. ``not_before`` holds for the row and, whatever the state, for its chat."""
        ...

    async def mark_expired_leases(self, now: datetime, owner: str = "") -> list[Delivery]:
        """Marks sending rows whose lease is over (with ``owner``: all rows of other owners, at start under the sender
        lock) as uncertain and returns every uncertain row."""
        ...

    async def suspend(self, platform: Platform, workspace: str, until: datetime) -> None:
        """Nothing is claimed for this bot or workspace before ``until``; '' = the whole platform."""
        ...

    async def claimable_count(self, platform: Platform, now: datetime) -> int:
        """How many pending deliveries could be claimed now."""
        ...

    async def unfinished_count(self) -> int:
        """How many are pending, sending or uncertain."""
        ...

    async def next_pending_at(self, platform: Platform) -> datetime | None:
        """The earliest moment at which a pending delivery may be claimed."""
        ...

    async def next_pending_by_workspace(self, platform: Platform) -> Mapping[str, datetime]:
        """The same for each workspace that has one."""
        ...

    async def get(self, delivery_id: int) -> Delivery | None:
        """The delivery with that id; None where there is none (any more)."""
        ...

    async def count_by_state(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are in each state, 0 included."""
        ...

    async def count_by_platform(self) -> Mapping[tuple[Platform, DeliveryState], int]:
        """How many deliveries of each platform are in each state; what has none is left out."""
        ...

    async def oldest_pending_due_at(self) -> datetime | None:
        """When the longest waiting delivery of an active chat was due (or planned, where it has no hour); None where
        nothing waits."""
        ...

    async def digest_lateness(self, after: datetime, until: datetime) -> list[tuple[Platform, float]]:
        """Platform and seconds between due and the try that brought it, of each digest whose try began after ``after``
        and not after ``until`` and which is sent by now."""
        ...

    async def editions(self, chat_id: int, limit: int = 7) -> list[Edition]:
        """The newest editions of a chat, newest first, with the state of their delivery."""
        ...

    async def latest_editions(self, chat_ids: Sequence[int], limit: int = 7) -> Mapping[int, list[Edition]]:
        """The same for many chats at once; those without any are left out."""
        ...

    async def sent_containing(self, platform: Platform, paper_ids: Sequence[str], since: datetime) -> list[Delivery]:
        """The sent parts of digests planned since then that brought one of the papers."""
        ...

    async def sent_digests(self, chat_id: int, since: datetime) -> list[Delivery]:
        """The first parts of a chat's digests that were planned since then and sent, newest first."""
        ...

    async def all_sent_papers(self, chat_id: int) -> Mapping[str, date]:
        """Every paper that went (or is going) to this chat, and on which local day, newest first."""
        ...

    async def sent_papers(self, chat_id: int, paper_ids: Sequence[str]) -> Mapping[str, date]:
        """Which of the papers went (or are going) to this chat, and on which local day."""
        ...

    async def last_sent(self, chat_ids: Sequence[int], paper_ids: Sequence[str]) -> Mapping[int, date]:
        """The last local day on which one of the papers went (or is going) to each chat; chats without are left out."""
        ...

    async def prune(self, before: datetime) -> int:
        """Deletes finished deliveries planned before then; the ledger stays."""
        ...
