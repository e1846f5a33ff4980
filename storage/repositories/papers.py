"""The papers of one unit of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from bot.papers import Paper, PaperListing, last_relisting
from bot.ports import ArchiveExtent, ChangePage, ListVersion, PollRecord, SourceState, UpsertResult
from storage.engine.transaction import Transaction
from storage.outbox.release import expire, expire_statement
from storage.repositories import polls
from storage.repositories.list_versions import list_version
from storage.repositories.paper_rows import has_same_text, merge_listing, paper_from_row, paper_to_row
from storage.tables import counter, delivery, listing, paper, sent_paper

REVISION_COUNTER = "papers"
CHECKPOINT_PREFIX = "checkpoint:"


class SqlPaperRepository:
    """Implements :class:`bot.ports.PaperRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def upsert(self, listed: Sequence[PaperListing], at: datetime) -> UpsertResult:
        first = await self._lock_revision_counter()
        ids = list(dict.fromkeys(each.paper.id for each in listed))
        before = {each.id: each for each in await self._load_papers(ids)}
        after: dict[str, Paper] = dict(before)
        for each in listed:
            after[each.paper.id] = merge_listing(after.get(each.paper.id), each)
        stored_days = await self._list_days([each for each in before if before[each].sample == after[each].sample])
        after = _with_relisting(after, stored_days, listed)
        changed = [paper_id for paper_id in ids if after[paper_id] != before.get(paper_id)]
        await self._store([after[paper_id] for paper_id in changed], before, first, at)
        await self._store_listings(listed, before, after)
        new = frozenset(each for each in changed if each not in before or before[each].sample != after[each].sample)
        return UpsertResult(new=new, changed=frozenset(changed) - new)

    async def _lock_revision_counter(self) -> int:
        """The newest revision. The counter's row stays locked until this transaction ends, so revisions become visible
        in their order, and a page that reaches one lacks none below it."""
        query = select(counter.c.value).where(counter.c.name == REVISION_COUNTER)
        return await self._transaction.fetch_scalar(self._transaction.for_update(query)) or 0

    async def _store(self, papers: Sequence[Paper], known: Mapping[str, Paper], revision: int, at: datetime) -> None:
        rows = [paper_to_row(each, revision + place, at) for place, each in enumerate(papers, start=1)]
        if rows:
            same = [has_same_text(each, known.get(each.id)) for each in papers]
            fresh = [row for row, is_same in zip(rows, same, strict=True) if not is_same]
            other = [row for row, is_same in zip(rows, same, strict=True) if is_same]
            await self._transaction.execute(self._transaction.upsert(paper), fresh)
            await self._transaction.execute(self._transaction.upsert(paper, keep=["text_changed_at"]), other)
            reached = update(counter).where(counter.c.name == REVISION_COUNTER).values(value=revision + len(rows))
            await self._transaction.execute(reached)

    async def _store_listings(
        self, listed: Sequence[PaperListing], before: Mapping[str, Paper], after: Mapping[str, Paper]
    ) -> None:
        turned_real = [each for each, known in before.items() if known.sample and not after[each].sample]
        await self._transaction.execute_where_in(delete(listing), listing.c.paper_id, turned_real)
        rows = [
            {"paper_id": each.paper.id, "source": each.source, "day": each.day}
            for each in listed
            if _is_kept(each, after)
        ]
        await self._transaction.execute(self._transaction.insert(listing).on_conflict_do_nothing(), rows)

    async def _list_days(self, ids: Sequence[str]) -> list[tuple[str, date]]:
        query = select(listing.c.paper_id, listing.c.day)
        return [
            (row.paper_id, row.day) for row in await self._transaction.fetch_where_in(query, listing.c.paper_id, ids)
        ]

    async def _load_papers(self, ids: Sequence[str]) -> list[Paper]:
        return [paper_from_row(row) for row in await self._transaction.fetch_where_in(select(paper), paper.c.id, ids)]

    async def get(self, ids: Sequence[str]) -> list[Paper]:
        found = {each.id: each for each in await self._load_papers(ids)}
        return [found[paper_id] for paper_id in ids if paper_id in found]

    async def listed_between(self, first: date, last: date, *, source: str = "") -> list[Paper]:
        there = select(listing.c.paper_id).where(listing.c.day.between(first, last))
        if source:
            there = there.where(listing.c.source == source)
        query = select(paper).where(paper.c.id.in_(there)).order_by(paper.c.upvotes.desc(), paper.c.id)
        return [paper_from_row(row) for row in await self._transaction.fetch_all(query)]

    async def days_with_papers(self, last: date, limit: int) -> list[date]:
        query = select(listing.c.day).where(listing.c.day <= last).distinct().order_by(listing.c.day.desc())
        return [row.day for row in await self._transaction.fetch_all(query.limit(limit))]

    async def count_listed(self, first: date, last: date) -> Mapping[date, int]:
        papers = func.count(listing.c.paper_id.distinct())
        query = select(listing.c.day, papers.label("papers")).where(listing.c.day.between(first, last))
        query = query.join(paper, paper.c.id == listing.c.paper_id)
        query = query.where(or_(paper.c.relisted_on.is_(None), listing.c.day < paper.c.relisted_on))
        found = {row.day: row.papers for row in await self._transaction.fetch_all(query.group_by(listing.c.day))}
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return {day: found.get(day, 0) for day in days}

    async def list_version(self, first: date, last: date) -> ListVersion:
        return await list_version(self._transaction, first, last)

    async def texts_changed_at(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        query = select(paper.c.id, paper.c.text_changed_at, paper.c.changed_at)
        rows = await self._transaction.fetch_where_in(query, paper.c.id, ids)
        return {row.id: row.text_changed_at or row.changed_at for row in rows}

    async def changed_since(self, revision: int, limit: int = 500, listed_from: date | None = None) -> ChangePage:
        # The newest revision is read before the papers, so that none of them can lie behind what this page reaches.
        newest = await self.latest_revision()
        query: Select[Any] = select(paper).where(paper.c.revision > revision, paper.c.revision <= newest)
        if listed_from:
            query = query.where(or_(paper.c.listed_on >= listed_from, paper.c.relisted_on >= listed_from))
        rows = await self._transaction.fetch_all(query.order_by(paper.c.revision).limit(limit + 1))
        more = len(rows) > limit
        page = tuple(paper_from_row(row) for row in rows[:limit])
        return ChangePage(page, rows[limit - 1].revision if more else newest, more)

    async def count_changed_since(self, revision: int) -> int:
        return await self._transaction.fetch_scalar(select(func.count()).where(paper.c.revision > revision)) or 0

    async def latest_revision(self) -> int:
        return (
            await self._transaction.fetch_scalar(select(counter.c.value).where(counter.c.name == REVISION_COUNTER)) or 0
        )

    async def checkpoint(self, consumer: str) -> int | None:
        query = select(counter.c.value).where(counter.c.name == CHECKPOINT_PREFIX + consumer)
        found: int | None = await self._transaction.fetch_scalar(query)
        return found

    async def save_checkpoint(self, consumer: str, revision: int) -> None:
        row = {"name": CHECKPOINT_PREFIX + consumer, "value": revision}
        await self._transaction.execute(self._transaction.upsert(counter), [row])

    async def archive_extent(self) -> ArchiveExtent:
        query = select(
            func.count().label("papers"),
            func.min(paper.c.listed_on).label("first"),
            func.max(paper.c.listed_on).label("last"),
            func.count().filter(paper.c.sample).label("samples"),
        )
        row = (await self._transaction.fetch_all(query))[0]
        return ArchiveExtent(row.papers, row.first, row.last, sample=row.samples > 0)

    async def delete_sample(self) -> list[str]:
        ids = [row.id for row in await self._transaction.fetch_all(select(paper.c.id).where(paper.c.sample))]
        if ids:
            sample = (
                select(sent_paper.c.delivery_id).join(paper, paper.c.id == sent_paper.c.paper_id).where(paper.c.sample)
            )
            await expire(self._transaction, expire_statement(delivery.c.id.in_(sample), "the sample was dropped"))
            await self._transaction.execute(delete(paper).where(paper.c.sample))
        return ids

    async def record_polls(
        self, new_polls: Sequence[PollRecord], retry_at: datetime | None = None, note: str = ""
    ) -> None:
        await polls.record_polls(self._transaction, new_polls, retry_at, note)

    async def polls(self, source: str, day: date) -> list[PollRecord]:
        return await polls.polls_of_day(self._transaction, source, day)

    async def days_polled(self, source: str) -> frozenset[date]:
        return await polls.days_read(self._transaction, source)

    async def source_states(self) -> list[SourceState]:
        return await polls.source_states(self._transaction)


def _is_kept(one: PaperListing, after: Mapping[str, Paper]) -> bool:
    """Whether a listing is stored: not that of a sample paper beside the real one."""
    return one.paper.sample == after[one.paper.id].sample


def _with_relisting(
    after: Mapping[str, Paper], stored_days: Iterable[tuple[str, date]], listed: Sequence[PaperListing]
) -> dict[str, Paper]:
    """The papers with the day they were last listed again, from all their list days."""
    days = defaultdict[str, set[date]](set)
    for paper_id, day in chain(stored_days, ((one.paper.id, one.day) for one in listed if _is_kept(one, after))):
        days[paper_id].add(day)
    return {paper_id: replace(each, relisted_on=last_relisting(days[paper_id])) for paper_id, each in after.items()}
