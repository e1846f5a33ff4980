"""``paperboy`` on the command line, as a real process against the local hub: what it does, says and exits with."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from paperboy.settings import Settings
from tests.e2e.support.forked import Forked
from tests.fakes import papers_faults as faults
from tests.fakes.papers_api import FakePapersApi
from tests.fakes.telegram import FakeTelegram

pytestmark = pytest.mark.long(40)

ROOT = Path(__file__).parents[3]
NOON = "2026-03-04T12:00:00Z"


@dataclass
class CommandResult:
    """How a process ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """A folder of its own to run ``paperboy`` in. ``forked`` saves importing the product for each process that ends."""

    def __init__(self, folder: Path, endpoint: str, forked: Forked | None = None) -> None:
        self.folder = folder
        self.forked = forked
        self.python: Sequence[str] = ("-m", "paperboy")
        self.settings = {"HF_ENDPOINT": endpoint, "CLOCK_START": NOON, "PORT": "0", "TIMEZONE": "UTC"}

    async def run(self, *words: str, typed: str = "", **settings: str) -> CommandResult:
        """Runs it to its end."""
        if self.forked:
            environment = self.environment(**settings)
            ended = CommandResult(*await asyncio.to_thread(self.forked.run, words, self.folder, environment, typed))
        else:
            process = await self.start(*words, **settings)
            out, err = await process.communicate(typed.encode())
            ended = CommandResult(process.returncode or 0, out.decode(), err.decode())
        assert "Traceback" not in ended.err + ended.out
        return ended

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        return {"COLUMNS": "120"} | kept | self.settings | settings | {"PYTHONPATH": str(ROOT)}

    async def start(self, *words: str, **settings: str) -> asyncio.subprocess.Process:
        """Begins it as the operator would, unless ``python`` begins it otherwise."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *self.python,
            *words,
            cwd=self.folder,
            env=self.environment(**settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


@pytest.fixture
async def hub() -> AsyncIterator[FakePapersApi]:
    async with FakePapersApi() as hub:
        hub.serve_fixtures()
        yield hub


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    """Processes without the seconds that importing takes."""
    forked = Forked()
    yield forked
    forked.close()


@pytest.fixture
def bare(tmp_path: Path, hub: FakePapersApi, forked: Forked) -> CommandLine:
    """In an empty folder, as on the first day."""
    return CommandLine(tmp_path, hub.url, forked)


@pytest.fixture
def imported_anew(tmp_path: Path, hub: FakePapersApi) -> CommandLine:
    """In an empty folder, each process started as by the operator: how wide a line is shows when it imports."""
    return CommandLine(tmp_path, hub.url)


@pytest.fixture
def shell(tmp_path: Path, hub: FakePapersApi, forked: Forked, sqlite_url: str) -> CommandLine:
    """In a folder with a database that is up to date."""
    return CommandLine(tmp_path, hub.url, forked)


async def test_papers_are_fetched_searched_and_reported(bare: CommandLine, hub: FakePapersApi) -> None:
    fetched = await bare.run("fetch", "--days", "3")
    assert fetched.code == 0
    assert "Tue 2026-03-03" in fetched.out
    assert "unreadable" in fetched.out
    assert {request.query["date"] for request in hub.requests_for()} == {"2026-03-02", "2026-03-03", "2026-03-04"}

    found = (await bare.run("search", "wrapped", "titles", "--json")).json
    assert found["query"] == "wrapped titles"
    assert found["total"] == len(found["papers"]) > 0
    first = found["papers"][0]
    assert first["id"] == "9901.00011"
    assert first["delivered_by_topic"] is True
    assert first["why"]
    assert set(first) >= {"id", "title", "url", "listed_on", "upvotes", "score", "delivered_by_topic", "why"}

    status = (await bare.run("status", "--json")).json
    assert status["sources"][0]["latest_day"] == "2026-03-04"
    assert status["deliveries"] == dict.fromkeys(("pending", "sending", "sent", "failed", "uncertain", "expired"), 0)
    assert status["next_digest_at"] is None

    doctor = await bare.run("doctor", "--json")
    assert doctor.code == 0
    assert doctor.json["ok"] is True
    assert {"database", "huggingface", "index", "port"} <= {finding["name"] for finding in doctor.json["findings"]}


async def test_doctor_names_a_token_that_is_refused(shell: CommandLine) -> None:
    async with FakeTelegram() as telegram:
        wrong = await shell.run(
            "doctor",
            "--json",
            TELEGRAM_BOT_TOKEN="123456:WRONG",
            TELEGRAM_API_URL=telegram.base_url.removesuffix("/bot"),
        )
        right = await shell.run(
            "doctor",
            "--json",
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.base_url.removesuffix("/bot"),
        )
    assert wrong.code == 1
    told = {finding["name"]: finding for finding in wrong.json["findings"]}["telegram"]
    assert told["level"] == "fail"
    assert "TELEGRAM_BOT_TOKEN" in told["what"]
    assert "123456:WRONG" not in wrong.out + wrong.err
    assert right.code == 0


async def test_a_chat_in_the_terminal_then_a_digest_on_demand(shell: CommandLine) -> None:
    said = await shell.run("chat", typed="/subscribe titles\n/topics\nexit\n")
    assert "Following titles" in said.out
    assert "1 topic" in said.out
    delivered = await shell.run("deliver", "--now")
    assert delivered.code == 0
    again = await shell.run("deliver", "--now")
    assert "0 chats planned" in again.out
    seen = await shell.run("chat", typed="/status\n")
    assert "Next digest" in seen.out or "next:" in seen.out


async def test_in_the_terminal_a_number_opens_its_paper(shell: CommandLine) -> None:
    await shell.run("fetch", "--days", "3")
    said = await shell.run("chat", typed="/search wrapped titles\n1\n77\nexit\n")
    assert "A button is pressed by its letter, a paper opened by its number." in said.out
    card, _, other = said.out.partition("Why")
    assert "listed" in card
    assert "There is no 77 in the last list. Which one?" in other


async def test_the_terminal_wraps_long_texts_and_cuts_none(imported_anew: CommandLine, hub: FakePapersApi) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    hub.add_day(
        "2026-03-04", [{"paper": {"id": "9902.00001", "title": "On Wrapping", "summary": f"We propose {words}."}}]
    )
    shown = await imported_anew.run("chat", typed="/paper 9902.00001\n", COLUMNS="60")
    assert words in " ".join(shown.out.split())
    assert max(len(line) for line in shown.out.splitlines()) <= 60


@pytest.mark.parametrize("platform", ["terminal", "telegram", "slack"])
async def test_a_preview_looks_as_each_platform_gets_it(shell: CommandLine, platform: str) -> None:
    await shell.run("fetch", "--days", "3")
    shown = await shell.run("preview", "titles", "--platform", platform)
    assert shown.code == 0
    assert "Wrapped Titles and Where to Find Them" in shown.out.replace("\n", " ")
    if platform == "telegram":
        assert '<a href="https://hf.co/papers/9901.00011">' in shown.out
    if platform == "slack":
        assert json.loads(shown.out)[0]["blocks"][0]["type"] == "section"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fetch", "--date", "yesterday"], "2026-08-18"),
        (["fetch", "--date", "2030-01-01"], "still to come"),
        (["fetch", "--date", "2026-03-03", "--days", "2"], "don't go together"),
        (["search"], "Missing argument"),
        (["search", "(titles OR"], "never closed"),
        (["preview", "upvotes>=many"], "many"),
        (["frobnicate"], "No such command"),
    ],
)
async def test_wrong_use_is_told_kindly_and_exits_2(shell: CommandLine, words: list[str], said: str) -> None:
    ended = await shell.run(*words)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PORT": "http"}, "PORT: is no whole number"),
        ({"TIMEZONE": "Nowhere"}, "TIMEZONE: is no time zone that is known; take one like Europe/Berlin"),
        ({"TIMEZONE": "Berln"}, "like Europe/Berlin"),
        ({"TIMEZONE": "PST"}, "like America/Los_Angeles"),
        ({"DIGEST_TIME": "nine"}, "09:00"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: takes debug, info, warning or error"),
        ({"DIGEST_TIME": "25:00"}, "DIGEST_TIME: is no time of day; write it like 09:00"),
        ({"CLOCK_START": "soon"}, "CLOCK_START: is no moment"),
        ({"POLL_MINUTES": "0"}, "POLL_MINUTES: is too small; 1 is the least"),
        ({"PORT": "70000"}, "PORT: is too large; 65535 is the most"),
        ({"TELEGRAM_BOT_TOKEN": "123:AB…"}, "TELEGRAM_BOT_TOKEN: holds a character that no token has"),
        ({"HF_ENDPOINT": "huggingface.co"}, "HF_ENDPOINT: is no web address"),
        ({"HF_TOKEN": "hf_abc…"}, "HF_TOKEN: holds a character that no token has"),
        ({"TELEGRAM_API_URL": "ftp://telegram"}, "https://"),
        ({"CLOCK_START": "0001-01-01T00:00:00+05:00"}, "CLOCK_START: is no moment"),
        (
            {"HTTPS_PROXY": "http://user:pa#ss@127.0.0.1:3128"},
            "HTTPS_PROXY: has '#' in the user or password; write it",
        ),
        ({"all_proxy": "gopher://x"}, "ALL_PROXY: names a proxy by gopher://"),
        ({"CATALOGUE": "mine.toml"}, "CATALOGUE: mine.toml: it can't be read (No such file or directory)"),
    ],
)
async def test_a_wrong_setting_is_told_by_its_name(shell: CommandLine, settings: dict[str, str], said: str) -> None:
    ended = await shell.run("status", **settings)
    assert ended.code == 2
    assert said in ended.err


async def test_a_mistake_in_the_operators_topics_stops_the_start_and_says_where(shell: CommandLine) -> None:
    mine = shell.folder / "mine.toml"
    mine.write_text('[[topic]]\nname = "bird song"\nsame = "ornithology"\n')
    ended = await shell.run("run", CATALOGUE="mine.toml")
    assert ended.code == 2
    assert "CATALOGUE: mine.toml, line 3: same is a list of names" in ended.err
    mine.write_text('[[topic]]\nname = "bird song"\nsame = ["ornithology"]\n')
    assert (await shell.run("status", CATALOGUE="mine.toml")).code == 0


async def test_a_source_that_is_down_is_told_and_exits_1(shell: CommandLine, hub: FakePapersApi) -> None:
    hub.fail(faults.status(503))
    ended = await shell.run("fetch")
    assert ended.code == 1
    assert "HTTP 503" in ended.err


async def test_a_database_that_can_not_be_used_is_told_with_what_to_do(shell: CommandLine) -> None:
    broken = await shell.run("status", DATABASE_URL="mysql://paperboy:secret@host/x")
    assert broken.code == 1
    assert "sqlite:///" in broken.err
    assert "secret" not in broken.err
    missing = await shell.run("status", DATABASE_URL="sqlite:///no/such/folder/paperboy.db")
    assert missing.code == 1
    unreachable = await shell.run("status", DATABASE_URL="postgresql://u:hunter2@127.0.0.1:9/x")
    assert unreachable.code == 1
    assert "hunter2" not in unreachable.err + unreachable.out
    (shell.folder / "notes.db").write_text("these are my notes, not a database; long enough to be looked at " * 20)
    foreign = await shell.run("status", DATABASE_URL="sqlite:///notes.db")
    assert foreign.code == 1


async def test_a_path_that_is_no_database_of_ours_is_told_in_one_sentence(shell: CommandLine) -> None:
    os.mkfifo(shell.folder / "pipe.db")
    (shell.folder / "link.db").symlink_to(shell.folder / "nowhere" / "x.db")
    with sqlite3.connect(shell.folder / "other.db") as database:
        database.execute("CREATE TABLE recipes (title TEXT)")
    before = (shell.folder / "other.db").read_bytes()
    for name, said in (("pipe", "no ordinary file"), ("link", "a link to"), ("other", "another program")):
        ended = await shell.run("status", DATABASE_URL=f"sqlite:///{name}.db")
        assert (ended.code, said in ended.err, ended.err.count("\n")) == (1, True, 1)
    assert (shell.folder / "other.db").read_bytes()[100:] == before[100:]


async def test_a_database_of_a_newer_version_is_left_alone(bare: CommandLine) -> None:
    assert (await bare.run("migrate")).code == 0
    with sqlite3.connect(bare.folder / "paperboy.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    ended = await bare.run("status")
    assert ended.code == 1
    assert "newer" in ended.err


async def test_an_env_file_that_is_no_text_is_told(shell: CommandLine) -> None:
    (shell.folder / ".env").write_bytes(b"PORT=80\xff\n")
    ended = await shell.run("status")
    assert ended.code == 2
    assert "UTF-8" in ended.err


async def test_a_host_that_does_not_exist_is_told(shell: CommandLine) -> None:
    ended = await shell.run("run", HOST="999.1.1.1")
    assert ended.code == 1
    assert "not known" in ended.err
    assert "HOST" in ended.err


def test_the_password_of_the_database_is_one_of_the_secrets() -> None:
    settings = Settings(database_url="postgresql://paperboy:p%40ss@db/papers", _env_file=None)
    assert {"p%40ss", "p@ss"} <= set(settings.secrets)


async def test_a_port_in_use_is_told_with_what_to_do(shell: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = await shell.run("run", PORT=str(taken.getsockname()[1]))
    assert ended.code == 1
    assert "Set PORT" in ended.err


async def test_a_second_paperboy_on_the_same_database_does_not_start(shell: CommandLine) -> None:
    first = await shell.start("run")
    assert first.stdout
    while b"Paperboy is here" not in (line := await first.stdout.readline()):
        assert line, "it ended before it began"
    second = await shell.run("run")
    assert second.code == 1
    assert "Another Paperboy" in second.err
    first.terminate()
    out, err = await first.communicate()
    assert first.returncode == 0
    assert b"Traceback" not in err
    assert b"No token is set, so this is the local chat only." in out
