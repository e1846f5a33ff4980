"""What /readyz says of a database file that somebody damages while it is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from paperboy import readiness
from paperboy.readiness import Readiness
from storage.database import Database


def halve(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def empty(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(0)


def overwrite(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(b"these are my notes, not a database " * 3000)


@pytest.mark.parametrize("damage", [halve, empty, overwrite])
async def test_a_file_that_is_damaged_while_it_is_open_is_not_ready(
    sqlite_storage: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(readiness, "CACHE_SECONDS", 0.0)
    async with sqlite_storage.read() as work:
        await work.papers.latest_revision()
    ready = Readiness(sqlite_storage)
    await sqlite_storage.check_readable()
    damage(Path(make_url(sqlite_url).database or ""))
    assert not await ready()
