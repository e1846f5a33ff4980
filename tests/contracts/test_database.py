"""Opening a database: what is asked of it, and what the operator hears when something is wrong."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from paperboy.slack_oauth_store import SignedStateStore
from storage.database import Database
from storage.engine import schema_version
from storage.engine.errors import DatabaseError, MigrationNeeded
from storage.tables import METADATA
from tests.conftest import PostgresServer
from tests.contracts.factories import NOW

NOBODY = 65534


async def refusal(database: Database) -> DatabaseError:
    """What an operator hears when starting."""
    with pytest.raises(DatabaseError) as caught:
        await database.start()
    await database.close()
    return caught.value


@contextmanager
def unprivileged() -> Iterator[None]:
    """Not as root, to whom nothing is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def protected(migrated_file: Path) -> Iterator[Path]:
    """A migrated database in a folder that everybody may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        file = Path(shutil.copy(migrated_file, folder))
        file.chmod(0o666)
        yield file
        folder.chmod(0o777)


def set_revision(url: str, revision: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])


async def test_a_migrated_database_starts(database_url: str) -> None:
    database = Database(database_url)
    await database.start()
    async with database.read() as work:
        assert await work.papers.latest_revision() == 0
    await database.close()


async def test_migrating_again_changes_nothing(storage: Database) -> None:
    await storage.migrate()
    await storage.start(migrate=True)
    await storage.start()


async def test_the_tables_are_what_the_migrations_make(storage: Database) -> None:
    """Those that slack-sdk's stores work on as well: they are as that library defines them."""
    stores = (AsyncSQLAlchemyInstallationStore("app", storage.engine), SignedStateStore(storage.engine, "secret"))
    defined = [METADATA, *(store.metadata for store in stores)]

    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, defined)  # type: ignore[arg-type]  # takes several, though its type says one

    async with storage._writer.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_every_migration_is_named_by_its_revision() -> None:
    scripts = ScriptDirectory.from_config(schema_version.alembic_config())
    assert sorted(script.revision for script in scripts.walk_revisions()) == schema_version.known_revisions()
    assert scripts.get_heads() == schema_version.known_revisions()[-1:]


@pytest.mark.parametrize("parameters", ["?timeout=abc", "?mode=ro", "?uri=true&mode=memory", "?nonsense=1"])
def test_parameters_that_a_file_does_not_take_are_said(tmp_path: Path, parameters: str) -> None:
    for file in (tmp_path / "new.db", f"file:{tmp_path / 'new.db'}" if "memory" in parameters else tmp_path / "b.db"):
        with pytest.raises(DatabaseError, match="takes no such parameters"):
            Database(f"sqlite:///{file}{parameters}")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_without_tables_is_made_ready(tmp_path: Path) -> None:
    """Of 0 bytes, as ``touch`` makes it, or of another program that left nothing in it."""
    empty, tableless = tmp_path / "empty.db", tmp_path / "tableless.db"
    empty.touch()
    with closing(sqlite3.connect(tableless)) as connection:
        connection.executescript("CREATE TABLE t (x); DROP TABLE t")
    for file in (empty, tableless):
        database = Database(f"sqlite:///{file}")
        assert "paperboy migrate" in (await refusal(database)).remedy
        await database.start(migrate=True)
        await database.check_readable()
        await database.close()


async def test_an_empty_postgres_is_not_touched_until_it_may_be(postgres: PostgresServer) -> None:
    database = Database(postgres.url(postgres.create_database()))
    with pytest.raises(MigrationNeeded, match="empty"):
        await database.start()
    await database.start(migrate=True)
    await database.start()
    await database.close()


async def test_two_processes_may_migrate_at_once(postgres: PostgresServer, tmp_path: Path) -> None:
    for url in (postgres.url(postgres.create_database()), f"sqlite:///{tmp_path / 'both.db'}"):
        databases = [Database(url), Database(url)]
        await asyncio.gather(*(database.migrate() for database in databases))
        for database in databases:
            await database.start()
            await database.close()


async def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    """Making its journal a write-ahead log is refused at once where somebody writes, whatever the timeout."""
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        database = Database(f"sqlite:///{tmp_path / 'new.db'}")
        migrating = asyncio.create_task(database.migrate())
        await asyncio.wait([migrating], timeout=0.5)
        other.execute("COMMIT")
        await migrating
    await database.start()
    await database.close()


async def test_a_migration_that_fails_leaves_nothing(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(connection):
        raise DatabaseError("The lights went out.", "Try again.")

    monkeypatch.setattr(schema_version, "_check_references", broken)
    for url in (f"sqlite:///{tmp_path / 'half.db'}", postgres.url(postgres.create_database())):
        database = Database(url)
        with pytest.raises(DatabaseError, match="lights"):
            await database.migrate()
        async with database._writer.connect() as connection:
            tables = "sqlite_master WHERE name" if "sqlite" in url else "pg_tables WHERE tablename"
            assert (await connection.execute(text(f"SELECT 1 FROM {tables} = 'paper'"))).all() == []
        await database.close()


async def test_a_missing_file_is_not_made_by_looking(tmp_path: Path) -> None:
    problem = await refusal(Database(f"sqlite:///{tmp_path / 'paperboy.db'}"))
    assert isinstance(problem, MigrationNeeded)
    assert "migrate" in problem.remedy
    assert os.listdir(tmp_path) == []


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    problem = await refusal(Database(f"sqlite:///{tmp_path / 'no' / 'paperboy.db'}"))
    assert str(tmp_path / "no") in problem.reason


async def test_a_read_only_file_is_refused_kindly(protected: Path) -> None:
    os.chmod(protected, 0o444)
    with unprivileged():
        problem = await refusal(Database(f"sqlite:///{protected}"))
    assert "read-only" in problem.reason
    assert "chmod" in problem.remedy


async def test_a_read_only_file_is_refused_kindly_also_when_the_permissions_look_right(sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    problem = await refusal(Database(f"sqlite:///file:{file}?mode=ro&uri=true"))
    assert "read-only" in problem.reason


async def test_a_read_only_folder_is_refused_kindly(protected: Path) -> None:
    os.chmod(protected.parent, 0o555)
    with unprivileged():
        problem = await refusal(Database(f"sqlite:///{protected}"))
    assert str(protected.parent) in problem.reason


async def test_a_file_that_is_no_database_is_refused_kindly(tmp_path: Path) -> None:
    file = tmp_path / "paperboy.db"
    file.write_text("Dear diary, " * 100)
    problem = await refusal(Database(f"sqlite:///{file}"))
    assert "not a database" in problem.reason
    assert file.read_text().startswith("Dear diary")


async def test_a_newer_database_is_refused_kindly_and_not_migrated(sqlite_url: str) -> None:
    set_revision(sqlite_url, "9999")
    problem = await refusal(Database(sqlite_url))
    assert "newer version" in problem.reason
    assert not isinstance(problem, MigrationNeeded)
    with pytest.raises(DatabaseError, match="newer version"):
        await Database(sqlite_url).migrate()


async def test_an_older_database_asks_to_be_migrated(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later = [*schema_version.known_revisions(), "9999"]
    monkeypatch.setattr(schema_version, "known_revisions", lambda: later)
    problem = await refusal(Database(sqlite_url))
    assert isinstance(problem, MigrationNeeded)
    assert "older version" in problem.reason


async def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    problem = await refusal(Database("postgresql://paperboy:hush@127.0.0.1:1/papers"))
    assert "127.0.0.1:1" in problem.reason
    assert "hush" not in f"{problem.reason} {problem.remedy}"


async def test_a_database_the_server_does_not_have_is_named(postgres: PostgresServer) -> None:
    problem = await refusal(Database(postgres.url("nowhere")))
    assert "nowhere" in problem.reason


@pytest.mark.parametrize(
    "url",
    ["", "mysql://localhost/papers", "paperboy.db", "sqlite://", "sqlite:///:memory:", "postgresql://u:hush@h:x/y"],
)
def test_a_url_that_is_not_understood(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"sqlite:///paperboy\.db"):
        Database(url)


async def test_nothing_stays_without_commit(storage: Database) -> None:
    async with storage.write() as work:
        await work.inbox.store_callback("subscribe diffusion", NOW)
    async with storage.write() as work:
        token = await work.inbox.store_callback("search diffusion", NOW)
        await work.commit()
    async with storage.read() as work:
        assert await work.inbox.resolve_callback(token) == "search diffusion"
    async with storage._writer.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM shelf"))).scalar() == 1


async def test_a_reader_can_change_nothing(storage: Database) -> None:
    async with storage.read() as work:
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            await work.inbox.store_callback("subscribe diffusion", NOW)
    async with storage.read() as work:
        with pytest.raises(RuntimeError, match="only reads"):
            await work.commit()


async def test_a_reader_sees_one_moment_while_others_write(storage: Database) -> None:
    async with storage.read() as reading:
        assert await reading.conversation.latest_messages() == []
        async with storage.write() as work:
            await work.conversation.add(NOW, typed="hello")
            await work.commit()
        assert await reading.conversation.latest_messages() == []
    async with storage.read() as reading:
        assert len(await reading.conversation.latest_messages()) == 1


async def test_a_file_deleted_while_open_takes_nothing_more(sqlite_url: str) -> None:
    """What is written to it would be lost at the next start, so it is refused; put back, all goes on."""
    database, file = Database(sqlite_url), Path(sqlite_url.removeprefix("sqlite:///"))
    await database.start()
    async with database.write() as work:
        await work.inbox.store_callback("subscribe diffusion", NOW)
        await work.commit()
    elsewhere = f"{file}.elsewhere"
    os.rename(file, elsewhere)
    for opened in (database.write, database.read):
        with pytest.raises(DatabaseError, match="deleted or replaced"):
            async with opened():
                pass
    shutil.copy(elsewhere, file)
    with pytest.raises(DatabaseError, match="put the right file back"):
        async with database.read():
            pass
    os.replace(elsewhere, file)
    async with database.read() as work:
        assert await work.papers.latest_revision() == 0
    await database.close()


async def test_a_write_is_tried_as_often_as_one_likes(storage: Database) -> None:
    for _ in range(3):
        await storage.check_writable()


async def test_a_server_that_only_reads_is_noticed(postgres_url: str) -> None:
    """As one that follows another, or recovers."""
    database = Database(f"{postgres_url}&options=-c%20default_transaction_read_only%3Don")
    async with database.read() as work:
        assert await work.papers.latest_revision() == 0
    with pytest.raises(DBAPIError, match="read-only transaction"):
        await database.check_writable()
    await database.close()


@pytest.mark.parametrize("writing", [True, False])
async def test_an_error_repeats_no_value_that_was_to_be_stored(storage: Database, writing: bool) -> None:
    """It goes to the log with its traceback, and a value may be anybody's words, or a token."""
    engine = storage._writer if writing else storage._reader
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(text("SELECT :words FROM nowhere"), {"words": "what Anna wrote"})
    assert "what Anna wrote" not in str(caught.value)
