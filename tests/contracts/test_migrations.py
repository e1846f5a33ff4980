"""An upgrade rolls without a gap: migrations only add, take what is there along, and leave older processes working."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from adapters.telegram.capabilities import TELEGRAM
from bot.deliveries import DeliveryState, NoticeContent
from storage.database import Database
from storage.engine import json_codec, schema_version, sqlite
from tests.conftest import PostgresServer
from tests.contracts.factories import LEASE, NOW

VERSIONS = schema_version.MIGRATIONS / "versions"
LATER = [file for file in sorted(VERSIONS.glob("[0-9]*.py")) if not file.name.startswith("0001")]
# An index may make way for a wider one: nothing speaks of it by name.
ADDING = {"create_table", "add_column", "create_index", "drop_index", "bulk_insert", "batch_alter_table", "execute"}
MOMENT = "2026-08-18 07:00:00.000000"

# What version 0001 wrote; statements of that version, which must go on working beside a later one.
CHAT = (
    "INSERT INTO chat (id, platform, workspace, chat, thread, kind, title, hour, zone, days, with_summary, silent, "
    "empty_note, patience_minutes, when_settled, created_at, counting_from, status, paused_because, dm_channel, "
    "first_empty_told) VALUES (:id, 'telegram', '7', :name, '', 'private', 'Anna', '09:00:00', 'UTC', '0123456', 5, "
    "FALSE, 'weekly', 180, FALSE, :moment, '2026-08-01', 'active', '', '', TRUE)"
)
DELIVERY = (
    "INSERT INTO delivery (chat_id, platform, kind, key, part, state, content, client_key, created_at, attempts, "
    "owner, maybe_repeated, receipt, problem) VALUES (:id, 'telegram', 'digest', '2026-08-18', 0, 'pending', :content, "
    ":key, :moment, 0, '', FALSE, '', '')"
)
PAPER = (
    "INSERT INTO paper (id, revision, title, abstract, listed_on, authors, organization, organization_full_name, tldr, "
    "keywords, upvotes, comments, code_url, code_stars, project_url, sources, sample, changed_at) VALUES (:key, :id, "
    "'A Title', 'We show something.', '2026-08-18', '[]', '', '', '', '[]', 1, 0, '', 0, '', '[]', FALSE, :moment)"
)
TOPIC = "INSERT INTO topic (id, digest, text, revision, rule) VALUES (:id, :key, 'diffusion', 0, 0)"
DECISION = (
    "INSERT INTO decision (topic_id, paper_id, verdict, reasons, rule, rose) VALUES (:id, :key, 'yes', '[]', 1, FALSE)"
)
CONTENT = json.dumps(json_codec.encode(NoticeContent("A group", "blocked")))


def written_by_the_first_version(connection: Connection, number: int) -> None:
    values = {"id": number, "name": str(number), "key": str(number), "moment": MOMENT, "content": CONTENT}
    for statement in (CHAT, PAPER, TOPIC, DECISION, DELIVERY):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        connection.execute(text(statement), used)


def to_the_first(connection: Connection) -> None:
    config = schema_version.alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database may be made."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres.url(postgres.create_database())


@pytest.mark.parametrize("file", LATER, ids=lambda file: file.stem)
def test_every_later_migration_only_adds(file: Path) -> None:
    module = ast.parse(file.read_text())
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    done = {call.func.attr for call in calls if getattr(call.func.value, "id", "") in ("op", "batch")}  # type: ignore[attr-defined]
    assert done
    assert done <= ADDING | {"get_bind"}
    if "get_bind" in done:  # rows are rewritten: read and updated, nothing else
        made = {call.func.attr for call in calls if getattr(call.func.value, "id", "") == "sa"}  # type: ignore[attr-defined]
        assert made <= {"table", "column", "select", "update"}


@pytest.mark.parametrize("file", LATER, ids=lambda file: file.stem)
def test_what_is_added_to_a_table_may_be_missing_in_a_new_row(file: Path) -> None:
    """A process of the version before writes rows without it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_column":
            said = {word.arg: ast.unparse(word.value) for call in ast.walk(node) if isinstance(call, ast.Call)
                    for word in call.keywords}  # fmt: skip
            assert said.get("nullable") == "True" or "server_default" in said, ast.unparse(node)


async def test_what_is_there_is_taken_along_and_older_processes_go_on(old_url: str) -> None:
    database = Database(old_url)
    engine = sqlite.migration_engine(database._url) if old_url.startswith("sqlite") else database._writer
    async with engine.begin() as connection:
        await connection.run_sync(to_the_first)
        await connection.run_sync(written_by_the_first_version, 1)
    await database.migrate()
    await database.start()
    async with engine.begin() as connection:
        await connection.run_sync(written_by_the_first_version, 2)
    async with database.write() as work:
        claimed = await work.outbox.claim(TELEGRAM, owner="me", now=NOW, lease_until=LEASE, limit=5)
        await work.commit()
    assert [delivery.chat_id for delivery in claimed] == [1, 2]
    async with database.read() as work:
        assert [paper.title for paper in await work.papers.get(["1", "2"])] == ["A Title"] * 2
        assert (await work.outbox.count_by_state())[DeliveryState.SENDING] == 2
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda bound: set(inspect(bound).get_table_names()))
        found = (await connection.execute(text("SELECT count(*) FROM decision"))).scalar()
    assert {"lease", "lane", "pause"} <= tables
    assert found == 2
    await engine.dispose()
    await database.close()


async def test_the_second_of_two_waits_for_the_first_and_finds_it_done(postgres: PostgresServer) -> None:
    url = postgres.url(postgres.create_database())
    database = Database(url)
    with psycopg.connect(url) as first, psycopg.connect(url, autocommit=True) as watcher:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [schema_version._LOCK])
        second = asyncio.create_task(database.migrate())
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        async with asyncio.timeout(120):
            while watcher.execute(waiting).fetchone() != (1,):  # noqa: ASYNC110 - it is a server's
                await asyncio.sleep(0.01)
        assert watcher.execute("SELECT to_regclass('paper')").fetchone() == (None,)
        first.commit()
    await second
    await database.start()
    await database.close()


async def test_topics_from_before_learn_where_their_names_came_from(old_url: str) -> None:
    database = Database(old_url)
    known = {
        1: 'VLA also:"vision-language-action, VLA model, robot manipulation, my robot"',
        2: "VLA also:none",
        3: "(never read again also:",
        4: 'VLA also:"my robot; same: vision-language-action; kinds: VLA model; near: robot manipulation"',
        5: 'diffusion also:"diffusion model, my own, flow matching"',
    }
    engine = sqlite.migration_engine(database._url) if old_url.startswith("sqlite") else database._writer
    async with engine.begin() as connection:
        await connection.run_sync(to_the_first)
        for number, typed in known.items():
            values = {"id": number, "key": hashlib.sha256(typed.encode()).hexdigest(), "text": typed}
            await connection.execute(
                text("INSERT INTO topic (id, digest, text, revision, rule) VALUES (:id, :key, :text, 7, 4)"), values
            )
    await database.migrate()
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT id, digest, text, revision FROM topic ORDER BY id"))).all()
    await engine.dispose()
    await database.close()
    known[5] = 'diffusion also:"my own; same: diffusion model; near: flow matching"'
    assert rows[4].digest == hashlib.sha256(known[5].encode()).hexdigest()
    assert [row.text for row in rows] == list(known.values()), "the first would become the fourth, so it stays"
    assert [row.revision for row in rows] == [7] * 5
