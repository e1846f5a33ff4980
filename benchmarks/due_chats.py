"""A database at the moment when many chats are due: papers decided for all topics, and chats that follow some."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

from sqlalchemy import Engine, create_engine, insert, text

from adapters.telegram.capabilities import TELEGRAM
from benchmarks import synthetic_papers
from benchmarks.harness import NOW, store_listed_papers
from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, ChatSettings, EmptyDigestPolicy
from bot.decisions.materializer import materialize_decisions
from bot.topics.parser import parse
from storage.database import Database
from storage.repositories.chat_rows import chat_to_row
from storage.tables import chat, subscription

PAPERS = 300
TOPICS = tuple(
    [*synthetic_papers.SUBJECTS]
    + [f"{subject} upvotes>=3" for subject in synthetic_papers.SUBJECTS]
    + [
        f"{one} OR {other}"
        for one, other in zip(synthetic_papers.SUBJECTS, synthetic_papers.SUBJECTS[1:], strict=False)
    ]
)
MAX_TOPICS = 5

_TODAY = NOW.date()
_YESTERDAY = _TODAY - timedelta(days=1)


PAGE = 10_000


async def filled_database(url: str, chats: int) -> Database:
    """An empty database, filled: all ``chats`` are due at :data:`benchmarks.harness.NOW`."""
    database = Database(url)
    await database.start(migrate=True)
    await store_listed_papers(database, synthetic_papers.generate_papers(PAPERS, _TODAY))
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
    _insert(engine, chats, await _topic_ids(database))
    await materialize_decisions(database, _TODAY)
    _analyze(engine)
    engine.dispose()
    return database


def _analyze(engine: Engine) -> None:
    """PostgreSQL counts its rows by itself every minute; here a million of them came since."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


async def _topic_ids(database: Database) -> list[int]:
    """One chat, which is not due, follows every topic; these are the ids that they were given."""
    async with database.write() as work:
        first = await work.chats.get_or_create(_address(0), ChatKind.GROUP, "all", ChatDefaults(), NOW)
        for topic in TOPICS:
            await work.subscriptions.follow(first.id, parse(topic), day=_TODAY, at=NOW)
        await work.commit()
    # Topics are numbered in the order they were first followed.
    return list(range(1, 1 + len(TOPICS)))


def _insert(engine: Engine, chats: int, topic_ids: list[int]) -> None:
    """Past the repositories: a chat at a time would take longer than what is measured."""
    chance = random.Random(chats)
    with engine.begin() as connection:
        for first in range(1, chats + 1, PAGE):
            numbers = range(first, min(first + PAGE, chats + 1))
            connection.execute(insert(chat), [{**chat_to_row(_chat(number)), "id": 1 + number} for number in numbers])
            connection.execute(insert(subscription), list(_subscriptions(numbers, topic_ids, chance)))


def _chat(number: int) -> Chat:
    """Due a minute ago, with a digest yesterday."""
    zone = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "")[number % 4]
    return Chat(
        id=0,
        address=_address(number),
        kind=ChatKind.PRIVATE,
        title=f"Chat {number}",
        settings=ChatSettings(zone=zone, empty_digest_policy=EmptyDigestPolicy.WEEKLY),
        created_at=NOW - timedelta(days=30),
        eligible_from=_TODAY,
        next_digest_at=NOW - timedelta(minutes=1),
        last_local_day=_YESTERDAY,
        first_empty_notified=True,
    )


def _address(number: int) -> ChatAddress:
    return ChatAddress(TELEGRAM, "7", str(100 + number))


def _subscriptions(chats: range, topic_ids: list[int], chance: random.Random) -> Iterator[dict[str, object]]:
    """One to five topics for each chat; a few topics have most followers."""
    popularity = list(accumulate(1 / rank for rank in range(1, len(topic_ids) + 1)))
    added: dict[str, object] = {"added_on": date(2026, 8, 1), "added_at": NOW, "added_by": ""}
    for number in chats:
        drawn = chance.choices(topic_ids, cum_weights=popularity, k=chance.randint(1, MAX_TOPICS))
        yield from ({"chat_id": 1 + number, "topic_id": topic_id, **added} for topic_id in dict.fromkeys(drawn))
