"""Backups on both engines: whole, private, made beside a writer, and restored without repeating or bringing back."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.chats import ChatStatus, PersonAddress
from bot.ports import Storage
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from storage.backup.backup_file import inspect_backup
from storage.backup.restoring import RestoreOutcome, restore_backup
from storage.backup.snapshot import write_backup
from storage.database import Database
from storage.engine.errors import DatabaseError
from tests.contracts.factories import NOW, TODAY, make_address, make_listing, make_paper, store_chat

READER = PersonAddress(make_address().platform, "7", "42")
LATER = NOW + timedelta(days=3)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


async def fill(url: str) -> None:
    """Two chats with a topic each, waiting for their digest in an hour, a paper, and a reading list."""
    async with opened(url) as storage:
        for name in ("42", "43"):
            chat = await store_chat(storage, make_address(name), next_digest_at=NOW + timedelta(hours=1))
            async with storage.write() as work:
                await work.subscriptions.follow(chat.id, parse(f"topic {name}"), day=TODAY, at=NOW, by="42")
                await work.commit()
        async with storage.write() as work:
            await work.papers.upsert([make_listing(make_paper())], NOW)
            await work.persons.save_paper(READER, make_paper().id, NOW)
            await work.commit()


def rights_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def names_like(folder: Path, pattern: str) -> list[str]:
    return [file.name for file in folder.glob(pattern)]


async def topics_at(storage: Storage, name: str) -> list[str]:
    async with storage.read() as work:
        chat = await work.chats.find(make_address(name))
        return [format_topic(each.topic) for each in await work.subscriptions.of_chat(chat.id)] if chat else []


async def restored(url: str, backup: Path, *, send_again: bool = False) -> RestoreOutcome:
    return await restore_backup(url, backup, backup.parent, LATER, send_again=send_again)


@pytest.fixture
async def backup(database_url: str, tmp_path: Path) -> Path:
    await fill(database_url)
    file = tmp_path / "kept.backup"
    await write_backup(database_url, file)
    return file


async def test_a_backup_is_whole_private_and_of_every_table(backup: Path, database_url: str) -> None:
    content = inspect_backup(backup)
    assert (content.chats, content.topics, content.papers) == (2, 2, 1)
    assert rights_of(backup) == 0o600
    assert names_like(backup.parent, "*.part*") == []
    async with opened(database_url) as storage, storage.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    with closing(sqlite3.connect(backup)) as made:
        assert tables <= {name for (name,) in made.execute("SELECT name FROM sqlite_schema")}


async def test_a_backup_stands_beside_a_writer(database_url: str, tmp_path: Path) -> None:
    await fill(database_url)
    done = asyncio.Event()
    written = 0

    async def write(storage: Database) -> None:
        nonlocal written
        while not done.is_set():
            await storage.check_writable()
            written += 1

    async with opened(database_url) as storage:
        writing = asyncio.create_task(write(storage))
        await write_backup(database_url, tmp_path / "kept.backup")
        done.set()
        await writing
    assert written > 0


async def test_a_file_that_is_there_stays(backup: Path, database_url: str) -> None:
    with pytest.raises(DatabaseError, match="there already"):
        await write_backup(database_url, backup)
    assert inspect_backup(backup).chats == 2


async def test_everything_is_there_again(backup: Path, database_url: str) -> None:
    async with opened(database_url) as storage, storage.write() as work:
        for name in ("42", "43"):
            chat = await work.chats.find(make_address(name))
            assert chat is not None
            await work.chats.save(replace(chat, title="spoilt"))
        await work.commit()
    outcome = await restored(database_url, backup)
    assert outcome.history == "same"
    assert outcome.put_aside is not None
    assert inspect_backup(outcome.put_aside).chats == 2
    async with opened(database_url) as storage:
        await storage.start()
        async with storage.read() as work:
            chat = await work.chats.find(make_address("42"))
            saved = await work.persons.saved_papers(READER)
        assert chat is not None
        assert chat.title == "A chat"
        assert [each.paper.id for each in saved] == [make_paper().id]
        new = await store_chat(storage, make_address("44"))  # ids go on
        assert new.id > chat.id


async def test_stops_made_since_stay(backup: Path, database_url: str) -> None:
    """One chat unfollows, one is paused; a person is forgotten."""
    async with opened(database_url) as storage, storage.write() as work:
        one, other = [await work.chats.find(make_address(name)) for name in ("42", "43")]
        assert one
        assert other
        await work.subscriptions.unfollow([each.id for each in await work.subscriptions.of_chat(one.id)])
        await work.chats.save(replace(other, status=ChatStatus.PAUSED, next_digest_at=None))
        await work.persons.erase(READER)
        await work.commit()
    outcome = await restored(database_url, backup)
    assert (outcome.carried.unfollowed, outcome.carried.paused, outcome.carried.erased) == (1, 1, 1)
    async with opened(database_url) as storage:
        assert (await topics_at(storage, "42"), await topics_at(storage, "43")) == ([], ["topic 43"])
        async with storage.read() as work:
            paused = await work.chats.find(make_address("43"))
            assert await work.persons.saved_papers(READER) == []
            assert paused is not None
            assert [each.added_by for each in await work.subscriptions.of_chat(paused.id)] == [""]
        assert paused.status is ChatStatus.PAUSED


async def test_a_feed_that_ended_since_stays_ended(database_url: str, tmp_path: Path) -> None:
    await fill(database_url)
    async with opened(database_url) as storage, storage.write() as work:
        one, other = [await work.chats.find(make_address(name)) for name in ("42", "43")]
        assert one
        assert other
        await work.chat_feeds.open_feed(one.id, "ended", NOW)
        await work.chat_feeds.open_feed(other.id, "kept", NOW)
        await work.commit()
    file = tmp_path / "kept.backup"
    await write_backup(database_url, file)
    async with opened(database_url) as storage, storage.write() as work:
        await work.chat_feeds.revoke(one.id, LATER)
        await work.commit()
    await restored(database_url, file)
    async with opened(database_url) as storage, storage.read() as work:
        states = {token: await work.chat_feeds.state(token, NOW) for token in ("ended", "kept")}
    assert {token: state and state.revoked for token, state in states.items()} == {"ended": True, "kept": False}


async def test_a_chat_that_was_forgotten_since_does_not_come_back(backup: Path, database_url: str) -> None:
    async with opened(database_url) as storage, storage.write() as work:
        chat = await work.chats.find(make_address("42"))
        assert chat is not None
        await work.chats.erase(chat.id)
        await work.commit()
    await restored(database_url, backup)
    async with opened(database_url) as storage, storage.read() as work:
        assert await work.chats.find(make_address("42")) is None
        assert await work.chats.find(make_address("43")) is not None


@pytest.mark.parametrize("send_again", [False, True])
async def test_digests_of_the_gap_count_as_sent(sqlite_url: str, tmp_path: Path, send_again: bool) -> None:
    """The database is lost, so nobody knows what left in those three days."""
    await fill(sqlite_url)
    backup = tmp_path / "kept.backup"
    await write_backup(sqlite_url, backup)
    (tmp_path / "paperboy.db").unlink()
    outcome = await restored(sqlite_url, backup, send_again=send_again)
    assert outcome.history == "unknown"
    async with opened(sqlite_url) as storage, storage.read() as work:
        chat = await work.chats.find(make_address("42"))
    assert chat is not None
    assert chat.next_digest_at is not None
    if send_again:
        assert chat.next_digest_at == NOW + timedelta(hours=1)
    else:
        assert chat.next_digest_at > LATER
        assert chat.eligible_from > TODAY


async def test_a_database_that_began_anew_stops_nobody(sqlite_url: str, tmp_path: Path) -> None:
    """After the loss somebody started Paperboy, which made an empty database: that is no wish to be forgotten."""
    await fill(sqlite_url)
    backup = tmp_path / "kept.backup"
    await write_backup(sqlite_url, backup)
    (tmp_path / "paperboy.db").unlink()
    async with opened(sqlite_url) as storage:
        await storage.migrate()
    outcome = await restored(sqlite_url, backup)
    assert outcome.history == "other"
    async with opened(sqlite_url) as storage:
        assert await topics_at(storage, "42") == ["topic 42"]


@pytest.mark.parametrize("spoil", ["cut", "newer", "text", "missing", "other program"])
async def test_what_is_no_sound_backup_changes_nothing(
    backup: Path, database_url: str, tmp_path: Path, spoil: str
) -> None:
    said = spoil_file(backup, spoil)
    with pytest.raises(DatabaseError, match=said):
        await restored(database_url, backup)
    async with opened(database_url) as storage:
        await storage.start()
        assert await topics_at(storage, "42") == ["topic 42"]
    assert names_like(tmp_path, "*before*") == names_like(tmp_path, "*.restoring*") == []


def spoil_file(backup: Path, spoil: str) -> str:
    """Makes it no backup; returns what is to be said of it."""
    match spoil:
        case "cut":
            backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
            return "damaged or cut off"
        case "newer":
            with closing(sqlite3.connect(backup)) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
                connection.commit()
            return "newer version"
        case "text":
            backup.write_text("chats: []\n")
            return "is no backup of Paperboy"
        case "missing":
            backup.unlink()
            return "can't be read"
    backup.unlink()
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.commit()
    return "another program"


async def test_nothing_is_restored_under_a_running_process(postgres_url: str, tmp_path: Path) -> None:
    """On SQLite the sender lock says so, on PostgreSQL the server knows who is connected."""
    await fill(postgres_url)
    backup = tmp_path / "kept.backup"
    await write_backup(postgres_url, backup)
    async with opened(postgres_url) as running:
        await running.start()
        with pytest.raises(DatabaseError, match="is running on this database"):
            await restored(postgres_url, backup)


async def test_a_backup_of_one_engine_is_restored_on_the_other(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    await fill(sqlite_url)
    backup = tmp_path / "kept.backup"
    await write_backup(sqlite_url, backup)
    await restored(postgres_url, backup)
    async with opened(postgres_url) as storage:
        assert await topics_at(storage, "43") == ["topic 43"]
        assert (await store_chat(storage, make_address("44"))).id == 3
