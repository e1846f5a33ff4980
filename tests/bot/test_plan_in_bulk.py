"""Planning asks the database about pages of chats, never about each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from storage.engine import Database
from tests.bot.digest_house import House
from tests.bot.digest_things import FRIDAY, paper, utc
from tests.standins.core import FakeClock, WatchedStorage


@pytest.fixture
def house(sqlite_storage: Database) -> House:
    return House(WatchedStorage(sqlite_storage), FakeClock(utc(FRIDAY, 5, 50)))


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


async def test_twenty_quiet_chats_take_as_many_questions_as_two(house: House, asked: list[str]) -> None:
    await house.lists(paper(1, "Speech", day=FRIDAY))
    counts = []
    for number, zone, hour in ((1, "Europe/Athens", 6), (2, "Europe/Berlin", 7), (20, "Europe/London", 8)):
        for chat in range(number):
            await house.chat("diffusion", name=f"{zone}-{chat}", zone=zone)
        asked.clear()
        assert await house.plan(utc(FRIDAY, hour)) == number
        counts.append(len(asked))
    assert counts[2] == counts[1]
