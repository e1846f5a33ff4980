"""Tokens: a wrong one stops only its own platform, and none is ever written down, nor is what people say."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.support import sample_days
from tests.e2e.support.assertions import slack_digests, telegram_digests
from tests.e2e.support.environment import Environment, RunningPaperboy
from tests.e2e.support.sample_days import THURSDAY, hour
from tests.e2e.support.subscribers import Subscribers
from tests.fakes.slack import dropped, http

pytestmark = pytest.mark.long(20)

ROOT = Path(__file__).parents[3]
SECRET_WORDS = "marmalade umbrellas"
PASSWORD, HF_TOKEN = "open-sesame-please", "hub-token-for-tests"


@pytest.fixture
async def environment(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, hour(THURSDAY, 5)) as environment:
        sample_days.publish_lists(environment.hub)
        yield environment


async def reported(paperboy: RunningPaperboy, platform: str) -> str:
    """What the operator is told about a platform that is down."""
    async with asyncio.timeout(120):
        while platform not in paperboy.supervisor.failures:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    return paperboy.supervisor.failures[platform]


@pytest.mark.parametrize(
    ("down", "setting", "value"),
    [
        ("telegram", "TELEGRAM_BOT_TOKEN", "123456:WRONG"),
        ("slack", "SLACK_BOT_TOKEN", "xoxb-wrong"),
        ("slack", "SLACK_APP_TOKEN", "xapp-wrong"),
    ],
)
async def test_a_wrong_token_stops_only_its_platform(
    environment: Environment, down: str, setting: str, value: str
) -> None:
    """The other one answers and delivers; what was due on this one arrives once the token is right."""
    readers = Subscribers.of(environment)
    async with environment.run_connected():
        await readers.sign_up(["clustering"], ["diffusion"])

    def arrived() -> dict[str, int]:
        return {"telegram": len(telegram_digests(readers.anna.messages)), "slack": len(slack_digests(readers.channel))}

    environment.clock.move_to(hour(THURSDAY, 13))
    async with environment.run_paperboy(**{setting: value}) as paperboy:
        problem = await reported(paperboy, down)
        assert setting in problem
        assert value not in problem
        if down == "slack":
            assert "diffusion: " in (await readers.anna.ask("/search diffusion")).text
        else:
            await environment.slack.connected()
            await readers.ben.command(readers.channel, "/papers search clustering")
            await readers.ben.sees("clustering: ", readers.channel)
        await paperboy.only_plan()
        delivering = asyncio.create_task(paperboy.app.outbox_dispatcher.run())
        async with asyncio.timeout(120):
            while not all(arrived()[name] for name in ("telegram", "slack") if name != down):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        delivering.cancel()
        await asyncio.wait([delivering])
        assert set(paperboy.supervisor.failures) == {down}
    if setting != "SLACK_APP_TOKEN":  # which only listens
        assert arrived()[down] == 0

    environment.clock.move_to(hour(THURSDAY, 14))
    async with environment.run_connected():
        assert arrived() == {"telegram": 1, "slack": 1}


class PaperboyProcess:
    """``paperboy run`` in an environment of its own, with everything that it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._printed: list[bytes] = []
        streams = [stream for stream in (process.stdout, process.stderr) if stream]
        self._reading = [asyncio.create_task(self._read(stream)) for stream in streams]

    async def _read(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self._printed.append(line)

    @property
    def printed(self) -> str:
        return b"".join(self._printed).decode()

    async def until(self, pattern: str) -> re.Match[str]:
        async with asyncio.timeout(120):
            while not (found := re.search(pattern, self.printed)):
                assert self._process.returncode is None, self.printed
                await asyncio.sleep(0.02)
        return found

    async def ends(self) -> str:
        self._process.terminate()
        assert await asyncio.wait_for(self._process.wait(), 120) == 0
        await asyncio.gather(*self._reading)
        return self.printed


async def started(environment: Environment, **settings: str) -> PaperboyProcess:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    moment = environment.clock.now().isoformat()
    own = {"CLOCK_START": moment, "PORT": "0", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "paperboy",
        "run",
        cwd=environment.folder,
        env=kept | environment.environment(**own, **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return PaperboyProcess(process)


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_token_and_no_word_of_a_person_is_printed(environment: Environment, form: str) -> None:
    """At debug level, with answers, mistakes, broken connections and refusals."""
    readers = Subscribers.of(environment)
    process = await started(environment, LOG_LEVEL="debug", LOG_FORMAT=form, WEB_PASSWORD=PASSWORD, HF_TOKEN=HF_TOKEN)
    address = (await process.until(r"Paperboy is here: (http://\S+?)/"))[1]
    await environment.slack.connected()
    await environment.telegram.wait_for_requests("getUpdates")
    await process.until("papers are here")

    await readers.anna.ask(f"/search {SECRET_WORDS}")
    await readers.anna.ask(f"/subscribe ({SECRET_WORDS}")
    environment.telegram.fail_next("sendMessage", 500, accepted=True)
    await readers.anna.ask(SECRET_WORDS)
    environment.telegram.cut_next("getUpdates")
    for _ in range(2):  # the first comes by the poll that is under way already
        await readers.anna.ask(f"/find {SECRET_WORDS}")
    await process.until("polling goes on after an error")
    followed = await readers.anna.ask("/subscribe clustering")
    while not any("Send me today" in label for row in followed.buttons for label in row):
        followed = await readers.anna.reply()  # an answer whose sending broke off comes once more
    environment.telegram.drop_next("sendMessage", accepted=False)
    await readers.anna.press("Send me today", on=followed)

    await readers.ben.invite(readers.channel)
    await readers.ben.command(readers.channel, f"/papers search {SECRET_WORDS}")
    await readers.ben.sees("marmalade", readers.channel)
    environment.slack.fail("chat.postMessage", http(500))
    await readers.ben.dm(SECRET_WORDS)
    environment.slack.fail("chat.postMessage", dropped(accepted=True))
    await readers.ben.say(readers.channel, f"@paperboy {SECRET_WORDS}")
    async with asyncio.timeout(120):  # refused, sent again, and accepted without a word
        while len(environment.slack.calls.of("chat.postMessage")) < 3:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    async with httpx.AsyncClient(auth=("", PASSWORD)) as browser:
        said = await browser.post(f"{address}/say", data={"text": SECRET_WORDS})
        assert said.status_code < 400, said.text
        assert SECRET_WORDS in (await browser.get(address)).text
    await process.until("outcome unknown")

    printed = await process.ends()
    assert "will be unused" not in printed
    assert re.search(r"(?i)\bdebug\b", printed), "the log was asked to say everything"
    one_time = ["/hooks/", "ticket="]
    secrets = [
        environment.telegram.token,
        environment.team.bot_token,
        environment.team.app_token,
        PASSWORD,
        HF_TOKEN,
        *one_time,
    ]
    assert [secret for secret in (*secrets, *SECRET_WORDS.split()) if secret in printed] == []
