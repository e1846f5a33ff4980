"""The webhook over real HTTP: proved by its secret, stored before it is acknowledged, answered once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from adapters.telegram.platform import TelegramPlatform
from adapters.telegram.transport.webhook import LARGEST, SECRET_HEADER, webhook_secret
from tests.adapters.telegram.telegram_platform import (
    TelegramHarness,
    listening_harness,
    make_harness,
    wait_until,
)
from tests.fakes.ports import InMemoryPlatformState
from tests.fakes.telegram import FakeTelegram, TelegramUser

PUBLIC = "https://bot.example"


class QuietServer(uvicorn.Server):
    """Leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


@contextlib.asynccontextmanager
async def served(platform: TelegramPlatform, telegram: FakeTelegram) -> AsyncIterator[str]:
    """The platform's routes on a port of 127.0.0.1, where the fake finds them by the public name."""
    server = QuietServer(uvicorn.Config(Starlette(routes=platform.routes()), port=0, log_level="error"))
    task = asyncio.create_task(server.serve())
    await wait_until(lambda: server.started)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    telegram.webhook.routes[PUBLIC] = address
    try:
        yield address
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def reached(telegram: FakeTelegram, **options: Any) -> AsyncIterator[tuple[TelegramHarness, str]]:
    async with (
        make_harness(telegram, public_url=PUBLIC + "/", **options) as made,
        served(made.platform, telegram) as address,
        made.listening(),
    ):
        await wait_until(lambda: telegram.webhook.url)
        yield made, address


async def test_updates_come_and_are_answered(telegram: FakeTelegram, anna: TelegramUser) -> None:
    async with reached(telegram) as (made, _):
        assert (await telegram.private(anna).ask("/topics")).text == "topics|"
        await made.wait_until_idle()
    assert telegram.webhook.url == PUBLIC + "/telegram/webhook"
    assert telegram.webhook.statuses == [200]
    assert not telegram.calls("getUpdates")
    assert set(telegram.updates.allowed_names) == {
        "message", "channel_post", "callback_query", "inline_query", "my_chat_member"
    }  # fmt: skip


def nested(depth: int) -> bytes:
    """An update that holds lists in lists."""
    return b'{"update_id": 1, "message": ' + b"[" * depth + b"]" * depth + b"}"


async def test_nobody_else_may_send_updates(telegram: FakeTelegram, anna: TelegramUser) -> None:
    update = {"update_id": 1, "message": {}}
    async with reached(telegram) as (made, address), httpx.AsyncClient(base_url=address) as stranger:
        path = "/telegram/webhook"
        secret = {SECRET_HEADER: webhook_secret(telegram.token)}
        answers = [
            await stranger.post(path, json=update),
            await stranger.post(path, json=update, headers={SECRET_HEADER: "guessed"}),
            await stranger.post(path, content=b"x" * (LARGEST + 1), headers=secret),
            await stranger.post(path, content=b"[1, 2", headers=secret),
            await stranger.post(path, content=b'{"update_id": "1"}', headers=secret),
            await stranger.get(path, headers=secret),
            *[await stranger.post(path, content=nested(depth), headers=secret) for depth in (200, 500, 900, 100_000)],
        ]
    assert [answer.status_code for answer in answers] == [403, 403, 413, 400, 400, 405, 400, 400, 400, 400]
    assert made.state.stored == {}
    assert telegram.token not in webhook_secret(telegram.token)


async def test_the_webhook_is_only_set_when_it_changed(telegram: FakeTelegram, anna: TelegramUser) -> None:
    for _ in range(2):
        async with reached(telegram) as (made, _):
            await telegram.private(anna).ask("/topics")
            await made.wait_until_idle()
    assert len(telegram.calls("setWebhook")) == 1


async def test_a_webhook_with_another_secret_is_set_anew(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Telegram never tells the secret; that we had to refuse its updates is what tells."""
    chat = telegram.private(anna)
    async with make_harness(telegram, public_url=PUBLIC) as made, served(made.platform, made.telegram):
        await telegram.webhook.set(PUBLIC + "/telegram/webhook", "another", 40)
        telegram.updates.allow(["message", "channel_post", "callback_query", "my_chat_member"])
        await chat.say("/topics")
        await wait_until(lambda: 403 in telegram.webhook.statuses)
        async with made.listening():
            assert (await chat.ask("/today")).text
    assert len(telegram.calls("setWebhook")) == 1


async def test_what_is_not_stored_is_not_acknowledged(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Telegram then tells it again, until the database is back; and what is told twice is answered once."""

    class Unwell(InMemoryPlatformState):
        failures = 2

        async def record_if_new(self, event_id: str, body: str) -> bool:
            if self.failures:
                self.failures -= 1
                raise ConnectionError
            return await super().record_if_new(event_id, body)

    chat = telegram.private(anna)
    async with reached(telegram, state=Unwell()) as (made, _):
        assert (await chat.ask("/topics")).text == "topics|"
        telegram.updates.repeat(telegram.updates.log[0])
        await made.wait_until_idle()
    assert telegram.webhook.statuses == [500, 500, 200, 200]
    assert len(made.calls) == 1


async def test_what_came_before_it_listened_is_answered_after_a_restart(
    telegram: FakeTelegram, anna: TelegramUser
) -> None:
    state, chat = InMemoryPlatformState(), telegram.private(anna)
    async with make_harness(telegram, public_url=PUBLIC, state=state) as made, served(made.platform, made.telegram):
        await telegram.webhook.set(PUBLIC + "/telegram/webhook", webhook_secret(telegram.token), 40)
        await chat.say("/topics")
        await telegram.updates.wait_until_taken()
    assert telegram.webhook.statuses == [200]
    async with listening_harness(telegram, public_url=PUBLIC, state=state) as again:
        assert (await chat.reply()).text == "topics|"
        await again.wait_until_idle()


async def test_an_update_that_nobody_can_read_is_left_out(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    async with reached(telegram) as (made, address), httpx.AsyncClient(base_url=address) as sender:
        headers = {SECRET_HEADER: webhook_secret(telegram.token)}
        odd = {"update_id": 5, "message": {"message_id": "?"}}
        assert (await sender.post("/telegram/webhook", json=odd, headers=headers)).status_code == 200
        assert made.state.processed == ["5"]
        assert (await telegram.private(anna).ask("/topics")).text == "topics|"
    assert "could not be read" in caplog.text


async def test_without_a_public_address_there_is_no_route(telegram: FakeTelegram) -> None:
    async with make_harness(telegram) as made:
        assert made.platform.routes() == []
