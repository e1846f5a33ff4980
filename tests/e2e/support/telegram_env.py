"""The whole core behind the real Telegram library, against a Bot API of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.search.fts_index import FtsIndex
from adapters.telegram.capabilities import TELEGRAM
from adapters.telegram.platform import TelegramPlatform
from bot.chats import Chat, ChatStatus
from bot.commands.core.services import Services
from bot.commands.dispatcher import CommandDispatcher
from bot.commands.registry import COMMANDS
from bot.delivery.chat_lifecycle import ChatLifecycle
from bot.papers import Paper
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from storage.platform_state import StoredPlatformState
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.single_platform import SinglePlatformPaperboy, august, make_paper
from tests.fakes.telegram import FakeTelegram, TelegramConversation, TelegramMessage

ARCHIVE = (
    make_paper(1, "Diffusion Models for <b>Tidal</b> & Other Maps", august(21), 17),
    make_paper(2, "Fast Diffusion Sampling on a Phone", august(20), 42),
    make_paper(3, "Soft Clustering in Little Memory", august(3), 2),
    make_paper(4, "Letters from the Harbour", august(21), 9),
)

LONG_TITLE = (
    "How Far a Letter Travels by Diffusion When Nobody Is There to Carry It From One Harbour to the Next, Part {}"
)


def long_title_papers(n: int) -> list[Paper]:
    """Papers of a Monday with long titles, most votes first."""
    return [make_paper(100 + number, LONG_TITLE.format(number), august(24), 300 - number) for number in range(n)]


@dataclass
class TelegramPaperboy(SinglePlatformPaperboy):
    """Papers are put in by hand, moments come when the test says so."""

    platform: TelegramPlatform
    telegram: FakeTelegram

    async def chat(self, conversation: TelegramConversation) -> Chat:
        async with self.storage.read() as work:
            chats = await work.chats.chats_of_workspace(TELEGRAM, "123456")
        return next(chat for chat in chats if chat.address.chat == str(conversation.id))

    async def wait_for_status(self, conversation: TelegramConversation, status: ChatStatus) -> None:
        """Waits for what Telegram tells of a chat."""
        async with asyncio.timeout(120):
            while (await self.chat(conversation)).status is not status:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def run_on_telegram(
    telegram: FakeTelegram, storage: Database, index: FtsIndex, clock: AutoAdvancingClock, public_url: str = ""
) -> AsyncIterator[TelegramPaperboy]:
    services = Services(storage, index, clock, capabilities=CAPABILITIES)
    platform = TelegramPlatform(
        telegram.token,
        clock=clock,
        state=StoredPlatformState(storage, TELEGRAM, clock),
        chat_events=ChatLifecycle(storage, clock, TelegramPlatform.capabilities),
        commands=COMMANDS,
        api_url=telegram.base_url.removesuffix("/bot"),
        public_url=public_url,
    )
    listening = asyncio.create_task(platform.listen(CommandDispatcher(services)))
    try:
        yield TelegramPaperboy(storage, index, clock, platform, telegram)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await platform.close()


def paper_titles(message: TelegramMessage) -> list[str]:
    return [words for words in message.links if not words.isdigit()]
