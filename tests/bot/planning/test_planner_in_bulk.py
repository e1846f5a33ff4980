"""Planning asks the database about pages of chats, never about each; ten thousand of one minute are no trouble."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from adapters.search.fts_index import FtsIndex
from adapters.telegram.capabilities import TELEGRAM
from benchmarks.due_chats import filled_database
from benchmarks.harness import NOW
from bot.planning.planner import plan_due
from bot.ports import PlatformCapabilities
from storage.database import Database
from storage.tables import chat, edition
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import FRIDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

pytestmark = pytest.mark.long(60)


@pytest.fixture
def environment(sqlite_storage: Database) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(FRIDAY, 5, 50)))


@pytest.fixture
def asked(sqlite_storage: Database) -> Iterator[list[str]]:
    """Every statement that the database is asked, in their order."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engines = (sqlite_storage._reader.sync_engine, sqlite_storage._writer.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_twenty_quiet_chats_take_as_many_questions_as_two(
    environment: DigestEnvironment, asked: list[str]
) -> None:
    await environment.list_papers(make_paper(1, "Speech", day=FRIDAY))
    counts = []
    for number, zone, hour in ((1, "Europe/Athens", 6), (2, "Europe/Berlin", 7), (20, "Europe/London", 8)):
        for place in range(number):
            await environment.chat("diffusion", name=f"{zone}-{place}", zone=zone)
        asked.clear()
        assert await environment.plan(utc(FRIDAY, hour)) == number
        counts.append(len(asked))
    assert counts[2] == counts[1]


async def test_ten_thousand_chats_due_in_the_same_minute(database_url: str, tmp_path: Path, full: bool) -> None:
    """Each (of a thousand in a small run) has its one edition of the day and its next moment within a day; another beat
    plans nothing."""
    number = 10_000 if full else 1_000
    database, index = await filled_database(database_url, number), FtsIndex(tmp_path / "index.db")
    planned = [await plan_due(database, index, NOW, {TELEGRAM: PlatformCapabilities()}) for _ in range(2)]
    async with database._reader.connect() as connection:
        of_chat = select(edition.c.chat_id, func.count().label("number")).group_by(edition.c.chat_id).subquery()
        editions = (await connection.execute(select(func.count(), func.max(of_chat.c.number)))).first()
        bounds = select(func.min(chat.c.next_digest_at), func.max(chat.c.next_digest_at))
        soonest, latest = (await connection.execute(bounds)).one()
    await index.close()
    await database.close()
    assert planned == [number, 0]
    assert tuple(editions) == (number, 1)
    assert NOW < soonest <= latest <= NOW + timedelta(days=1)
