"""Subscriptions and decisions of one unit of work."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.chats import Platform, Subscription
from bot.matching import Decision, Verdict
from bot.ports import Candidate, FollowedTopic, StoredDecision
from bot.topics import Topic
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from storage.engine import json_codec
from storage.engine.transaction import Transaction
from storage.repositories.candidates import load_candidates
from storage.repositories.papers import REVISION_COUNTER as PAPER_REVISIONS
from storage.tables import counter, decision, paper, subscription, topic


@lru_cache(maxsize=4096)
def _parse_topic(text: str) -> Topic:
    return parse(text)


def _select_subscriptions() -> Select[Any]:
    number = func.row_number().over(partition_by=subscription.c.chat_id, order_by=subscription.c.id)
    numbered = select(subscription, topic.c.text, number.label("number")).join(
        topic, topic.c.id == subscription.c.topic_id
    )
    return numbered.order_by(subscription.c.id)


def _subscription_from_row(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.id,
        chat_id=row.chat_id,
        topic=_parse_topic(row.text),
        added_on=row.added_on,
        added_at=row.added_at,
        number=row.number,
        added_by=row.added_by,
    )


class SqlSubscriptionRepository:
    """Implements :class:`bot.ports.SubscriptionRepository`; a topic is stored as formatted."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def follow(
        self, chat_id: int, topic: Topic, *, day: date, at: datetime, by: str = ""
    ) -> tuple[Subscription, bool]:
        topic_id = await self._topic_id(format_topic(topic))
        new = (
            self._transaction.insert(subscription)
            .values(chat_id=chat_id, topic_id=topic_id, added_on=day, added_at=at, added_by=by)
            .on_conflict_do_nothing()
            .returning(subscription.c.id)
        )
        added = await self._transaction.fetch_first(new)
        rows = await self._transaction.fetch_all(_select_subscriptions().where(subscription.c.chat_id == chat_id))
        return _subscription_from_row(next(row for row in rows if row.topic_id == topic_id)), added is not None

    async def _topic_id(self, text: str) -> int:
        digest = _digest(text)
        query = self._transaction.for_update(select(topic.c.id).where(topic.c.digest == digest))
        known = await self._transaction.fetch_scalar(query)
        if known is None:
            new = self._transaction.insert(topic).values(digest=digest, text=text, revision=0, rule=0)
            await self._transaction.execute(new.on_conflict_do_nothing())
            known = await self._transaction.fetch_scalar(query)
        return int(known)

    async def unfollow(self, subscription_ids: Sequence[int]) -> None:
        await self._transaction.execute_where_in(delete(subscription), subscription.c.id, subscription_ids)

    async def of_chat(self, chat_id: int) -> list[Subscription]:
        return (await self.of_chats([chat_id]))[chat_id]

    async def of_chats(self, chat_ids: Sequence[int]) -> Mapping[int, list[Subscription]]:
        """Of every chat asked for, also one that follows nothing."""
        found: dict[int, list[Subscription]] = {chat_id: [] for chat_id in chat_ids}
        for row in await self._transaction.fetch_where_in(_select_subscriptions(), subscription.c.chat_id, chat_ids):
            found[row.chat_id].append(_subscription_from_row(row))
        return found

    async def followed_texts(self, chat_ids: Sequence[int]) -> Mapping[int, list[tuple[int, str]]]:
        """Of every chat asked for, also one that follows nothing."""
        found: dict[int, list[tuple[int, str]]] = {chat_id: [] for chat_id in chat_ids}
        for row in await self._transaction.fetch_where_in(_select_subscriptions(), subscription.c.chat_id, chat_ids):
            found[row.chat_id].append((row.id, row.text))
        return found

    async def lowest_decided_revision(self, rule_version: int) -> int | None:
        newest = select(counter.c.value).where(counter.c.name == PAPER_REVISIONS).scalar_subquery()
        lowest = func.min(_decided_revision(rule_version))
        found: int | None = await self._transaction.fetch_scalar(
            select(lowest).where(_is_lagging(newest, rule_version))
        )
        return found

    async def lagging_topics(
        self, revision: int, rule_version: int, after_id: int = 0, limit: int = 2000, *, since: int = 0
    ) -> list[FollowedTopic]:
        query = select(topic).where(
            topic.c.id > after_id,
            _is_lagging(literal(revision), rule_version),
            _decided_revision(rule_version) >= since,
        )
        return [
            _followed_topic_from_row(row)
            for row in await self._transaction.fetch_all(query.order_by(topic.c.id).limit(limit))
        ]

    async def hold(self, topics: Sequence[FollowedTopic]) -> frozenset[int]:
        as_read = {each.id: (each.decided_revision, each.rule) for each in topics}
        query = self._transaction.for_update(select(topic).order_by(topic.c.id))
        rows = await self._transaction.fetch_where_in(query, topic.c.id, sorted(as_read))
        return frozenset(row.id for row in rows if (row.revision, row.rule) == as_read[row.id])

    async def store_trigger_terms(self, trigger_terms: Mapping[int, str | None], rule_version: int) -> None:
        await self._transaction.execute(
            update(topic)
            .where(topic.c.id == bindparam("topic"))
            .values(called_by=bindparam("lots"), called_rule=rule_version),
            [{"topic": topic_id, "lots": lots} for topic_id, lots in trigger_terms.items()],
        )

    async def stored_decisions(self, topic_ids: Sequence[int], paper_ids: Sequence[str]) -> list[StoredDecision]:
        if not topic_ids:
            return []
        ids = frozenset(topic_ids)
        # By paper and a range of neighbouring topics: the order of ``ix_decision_paper``.
        query = select(decision).where(decision.c.topic_id.between(min(ids), max(ids)))
        rows = await self._transaction.fetch_where_in(query, decision.c.paper_id, paper_ids)
        return [_decision_from_row(row) for row in rows if row.topic_id in ids]

    async def decisions_of(self, text: str, first: date) -> tuple[FollowedTopic, list[StoredDecision]] | None:
        followed = exists().where(subscription.c.topic_id == topic.c.id)
        row = await self._transaction.fetch_first(select(topic).where(topic.c.digest == _digest(text), followed))
        if row is None:
            return None
        listed = func.coalesce(paper.c.relisted_on, paper.c.listed_on) >= first
        query = select(decision).join(paper, paper.c.id == decision.c.paper_id)
        rows = await self._transaction.fetch_all(query.where(decision.c.topic_id == row.id, listed))
        return _followed_topic_from_row(row), [_decision_from_row(each) for each in rows]

    async def store_decisions(
        self, decided: Sequence[StoredDecision], decided_revisions: Mapping[int, int], rule_version: int
    ) -> None:
        """As the port says; decisions on a topic or a paper that is gone by now are left out."""
        existing = await self._existing_ids(decided, decided_revisions)
        storable = [each for each in decided if each.topic_id in existing and each.paper_id in existing]
        await self._transaction.execute(
            self._transaction.upsert(decision),
            [_decision_to_row(each) for each in storable if each.decision.verdict is not Verdict.NO],
        )
        await self._transaction.execute(
            delete(decision).where(
                decision.c.topic_id == bindparam("topic"), decision.c.paper_id == bindparam("paper")
            ),
            [
                {"topic": each.topic_id, "paper": each.paper_id}
                for each in storable
                if each.decision.verdict is Verdict.NO
            ],
        )
        for revision in sorted(set(decided_revisions.values())):
            topic_ids = [topic_id for topic_id, decided_up_to in decided_revisions.items() if decided_up_to == revision]
            # A watermark never goes back: whoever else decided meanwhile may have come further.
            behind = or_(topic.c.revision < revision, topic.c.rule != rule_version)
            advance = update(topic).where(behind).values(revision=revision, rule=rule_version)
            await self._transaction.execute_where_in(advance, topic.c.id, topic_ids)

    async def _existing_ids(
        self, decided: Sequence[StoredDecision], decided_revisions: Mapping[int, int]
    ) -> set[object]:
        """Ids of topics and papers that exist; the topics are locked, so that they exist until the commit."""
        topics = self._transaction.for_update(select(topic.c.id).order_by(topic.c.id))
        topic_ids = sorted({*decided_revisions, *(each.topic_id for each in decided)})
        paper_ids = [each.paper_id for each in decided]
        found = await self._transaction.fetch_where_in(topics, topic.c.id, topic_ids)
        found += await self._transaction.fetch_where_in(select(paper.c.id), paper.c.id, paper_ids)
        return {row.id for row in found}

    async def candidates(
        self, chat_ids: Sequence[int], today: date, sample_platforms: Collection[Platform] = ()
    ) -> Mapping[int, list[Candidate]]:
        return await load_candidates(self._transaction, chat_ids, today, sample_platforms)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _is_lagging(revision: ColumnElement[int], rule: int) -> ColumnElement[bool]:
    # EXISTS, by the index on ``subscription.topic_id``: a list of all followed topics grows with their subscribers.
    followed = exists().where(subscription.c.topic_id == topic.c.id)
    return and_(or_(topic.c.revision < revision, topic.c.rule != rule), followed)


def _decided_revision(rule: int) -> ColumnElement[int]:
    return case((topic.c.rule == rule, topic.c.revision), else_=0)


def _followed_topic_from_row(row: Row[Any]) -> FollowedTopic:
    return FollowedTopic(row.id, row.text, row.revision, row.called_by, row.called_rule, row.rule)


def _decision_to_row(decided: StoredDecision) -> dict[str, Any]:
    return {
        "topic_id": decided.topic_id,
        "paper_id": decided.paper_id,
        "verdict": decided.decision.verdict,
        "reasons": json_codec.encode(decided.decision.reasons),
        "rule": decided.rule_version,
        "rose": decided.late_match,
    }


def _decision_from_row(row: Row[Any]) -> StoredDecision:
    decided = Decision(Verdict(row.verdict), json_codec.decode(row.reasons))
    return StoredDecision(row.topic_id, row.paper_id, decided, row.rule, row.rose)
