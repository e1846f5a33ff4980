"""A database in which many distinct topics are followed, at the moment when new papers are listed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert

from adapters.telegram.capabilities import TELEGRAM
from benchmarks import synthetic_papers
from benchmarks.harness import NOW, store_listed_papers
from benchmarks.synthetic_topics import generate_topics
from bot.chats import ChatAddress, ChatDefaults, ChatKind
from bot.decisions.materializer import materialize_decisions
from bot.papers import Paper
from storage.database import Database
from storage.tables import subscription, topic

NEW_PAPERS = 100
# Titles to take topics from: enough for 100,000 different ones.
_TITLES = 30_000
_KNOWN_BEFORE = 5


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'topics.db'}"


def write_topics(file: Path, count: int, texts: Path | None) -> None:
    """``count`` topics in a random order, for :func:`prepare` to take the first of, and the papers to come."""
    papers = synthetic_papers.generate_papers(_TITLES, NOW.date(), texts)
    names = generate_topics(count, papers[NEW_PAPERS:])
    random.Random(1).shuffle(names)
    file.write_text("\n".join(names), encoding="utf-8")


def new_papers(texts: Path | None) -> list[Paper]:
    """The papers that are listed at the moment that is measured; no topic was taken from their titles."""
    return synthetic_papers.generate_papers(NEW_PAPERS, NOW.date(), texts)


async def prepare_database(folder: Path, names: Sequence[str], texts: Path | None, followers: int) -> None:
    """Stores the topics with so many ``followers`` each, decided on the papers before; then 100 papers come."""
    database = Database(database_url(folder))
    await database.start(migrate=True)
    await store_listed_papers(database, synthetic_papers.generate_papers(_KNOWN_BEFORE, NOW.date() - timedelta(days=7)))
    chats = [await _chat(database, number) for number in range(followers)]
    _insert(folder, names, chats)
    await materialize_decisions(database, NOW.date())
    await store_listed_papers(database, new_papers(texts))
    await database.close()


async def _chat(database: Database, number: int) -> int:
    async with database.write() as work:
        address = ChatAddress(TELEGRAM, "7", str(100 + number))
        chat = await work.chats.get_or_create(address, ChatKind.GROUP, "all", ChatDefaults(), NOW)
        await work.commit()
    return chat.id


def _insert(folder: Path, names: Sequence[str], chats: Sequence[int]) -> None:
    """Past the repositories: following one at a time would take longer than what is measured."""
    rows = [
        {"digest": hashlib.sha256(name.encode()).hexdigest(), "text": name, "revision": 0, "rule": 0} for name in names
    ]
    added = {"added_on": NOW.date(), "added_at": NOW, "added_by": ""}
    engine = create_engine(database_url(folder))
    with engine.begin() as connection:
        connection.execute(insert(topic), rows)
        for chat in chats:
            following = [{"chat_id": chat, "topic_id": number, **added} for number in range(1, len(names) + 1)]
            connection.execute(insert(subscription), following)
    engine.dispose()
