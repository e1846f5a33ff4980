"""The same Paperboy where Telegram calls it instead of being asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx

from adapters.search.fts_index import FtsIndex
from adapters.telegram.transport.webhook import PATH, SECRET_HEADER
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock, wait_until
from tests.adapters.telegram.test_webhook import PUBLIC, served
from tests.e2e.support.single_platform import FRIDAY, august, make_paper
from tests.e2e.support.telegram_env import ARCHIVE, TelegramPaperboy, run_on_telegram
from tests.fakes.telegram import FakeTelegram


@asynccontextmanager
async def called(
    telegram: FakeTelegram, storage: Database, index: FtsIndex
) -> AsyncIterator[tuple[TelegramPaperboy, str]]:
    async with (
        run_on_telegram(telegram, storage, index, AutoAdvancingClock(FRIDAY), public_url=PUBLIC) as paperboy,
        served(paperboy.platform, telegram) as address,
    ):
        await wait_until(lambda: telegram.webhook.url)
        await paperboy.list_papers(*ARCHIVE)
        yield paperboy, address


async def test_a_topic_is_followed_a_group_answered_unseen_and_the_digest_comes(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex
) -> None:
    boss = telegram.person("Boss")
    chat, group = telegram.private(boss), telegram.supergroup("Lab", admins=[boss])
    async with called(telegram, sqlite_storage, index) as (paperboy, _):
        await chat.ask("/subscribe diffusion")
        screen = group.seen_by(boss)
        followed = await screen.ask("/subscribe diffusion")
        await screen.press("Settings", on=followed)
        assert (await screen.reply()) is followed
        await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
        await paperboy.deliver(datetime(2026, 8, 24, 13, tzinfo=UTC))
    assert not telegram.calls("getUpdates")
    assert all("Diffusion on Monday" in here.last.text for here in (chat, group))
    assert len(group.history) == 1


async def test_who_does_not_know_the_secret_changes_nothing(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex
) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with called(telegram, sqlite_storage, index) as (_, address):
        await chat.ask("/subscribe diffusion")
        forged = telegram.updates.log[-1] | {"update_id": 1}
        forged["message"]["text"] = "/unsubscribe all"
        async with httpx.AsyncClient() as stranger:
            for headers in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "a-guess"}):
                answer = await stranger.post(address + PATH, json=forged, headers=headers)
                assert answer.status_code == 403
        assert "1 topic" in (await chat.ask("/topics")).text


async def test_an_update_that_is_told_twice_is_answered_once(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex
) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with called(telegram, sqlite_storage, index):
        await chat.ask("/topics")
        telegram.updates.repeat(telegram.updates.log[-1])
        await chat.ask("/help")
    assert len(chat.messages) == 2
