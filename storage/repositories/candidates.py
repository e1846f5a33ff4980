"""Which papers may come in a chat's next digest: one statement for a page of chats, then each paper once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select

from bot.chats import Platform
from bot.matching import MatchReason, Verdict
from bot.papers import Paper
from bot.ports import Candidate
from storage.engine import json_codec
from storage.engine.transaction import Transaction
from storage.repositories.paper_rows import paper_from_row
from storage.tables import chat, decision, paper, sent_paper, subscription, topic

LATE_MATCH_WINDOW = timedelta(days=7)
# What a chat that has no digest on some days waits at most; a longer silence gives no more time.
_LONGEST_WAIT = timedelta(days=6)
_DAYS_A_WEEK = 7

MatchReasons = tuple[MatchReason, ...]


def _select_matches(today: date, sample_platforms: Collection[Platform]) -> Select[Any]:
    """A row for each chat, topic and paper of the port's description, in the order the topics were added."""
    list_day = func.coalesce(paper.c.relisted_on, paper.c.listed_on)
    sent = exists().where(sent_paper.c.chat_id == subscription.c.chat_id, sent_paper.c.paper_id == decision.c.paper_id)
    columns = subscription.c.chat_id, subscription.c.topic_id, topic.c.text, decision.c.paper_id, decision.c.rose
    return (
        select(*columns, list_day.label("list_day"), chat.c.last_local_day, chat.c.days)
        .join(chat, chat.c.id == subscription.c.chat_id)
        .join(topic, topic.c.id == subscription.c.topic_id)
        .join(decision, and_(decision.c.topic_id == subscription.c.topic_id, decision.c.verdict == Verdict.YES))
        .join(paper, paper.c.id == decision.c.paper_id)
        .where(
            list_day >= subscription.c.added_on,
            list_day >= chat.c.counting_from,
            or_(~decision.c.rose, list_day >= today - LATE_MATCH_WINDOW - _LONGEST_WAIT),
            or_(~paper.c.sample, chat.c.platform.in_(sample_platforms)),
            ~sent,
        )
        .order_by(subscription.c.chat_id, list_day, paper.c.id, subscription.c.id)
    )


async def load_candidates(
    transaction: Transaction, chat_ids: Sequence[int], today: date, sample_platforms: Collection[Platform]
) -> dict[int, list[Candidate]]:
    """Of every chat asked for, also one without any; oldest list day first."""
    rows = await transaction.fetch_where_in(_select_matches(today, sample_platforms), subscription.c.chat_id, chat_ids)
    matches = [row for row in rows if not row.rose or _rose_in_time(row, today)]
    papers = await _load_papers(transaction, [row.paper_id for row in matches])
    reasons = await _load_reasons(transaction, matches)
    found: dict[int, dict[str, list[Row[Any]]]] = {chat_id: {} for chat_id in chat_ids}
    for row in matches:
        found[row.chat_id].setdefault(row.paper_id, []).append(row)
    return {
        chat_id: [_candidate_from_rows(papers[paper_id], rows, reasons) for paper_id, rows in by_paper.items()]
        for chat_id, by_paper in found.items()
    }


def _rose_in_time(row: Row[Any], today: date) -> bool:
    """Whether a late match is within its time, or was on a day since the chat's last digest on which it has none: a
    weekly digest loses nothing that daily ones bring."""
    since = today
    if row.last_local_day is not None and len(row.days) < _DAYS_A_WEEK:
        since = max(today - _LONGEST_WAIT, min(today, row.last_local_day + timedelta(days=1)))
    return bool(row.list_day >= since - LATE_MATCH_WINDOW)


def _candidate_from_rows(
    matched: Paper, rows: Sequence[Row[Any]], reasons: Mapping[tuple[int, str], MatchReasons]
) -> Candidate:
    topics = tuple((row.text, reasons[row.topic_id, matched.id]) for row in rows)
    return Candidate(matched, topics, late_match=all(row.rose for row in rows))


async def _load_papers(transaction: Transaction, ids: Sequence[str]) -> dict[str, Paper]:
    return {row.id: paper_from_row(row) for row in await transaction.fetch_where_in(select(paper), paper.c.id, ids)}


async def _load_reasons(transaction: Transaction, matches: Sequence[Row[Any]]) -> dict[tuple[int, str], MatchReasons]:
    """Read once for each topic and paper, however many chats share them."""
    topic_ids = sorted({row.topic_id for row in matches})
    query = select(decision.c.topic_id, decision.c.paper_id, decision.c.reasons)
    rows = await transaction.fetch_where_in(
        query.where(decision.c.topic_id.in_(topic_ids)), decision.c.paper_id, [row.paper_id for row in matches]
    )
    return {(row.topic_id, row.paper_id): json_codec.decode(row.reasons) for row in rows}
