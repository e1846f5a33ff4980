"""The whole core behind the real Telegram library, against a Bot API of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.search.fts_index import FtsIndex
from adapters.telegram.platform import TelegramPlatform
from bot.chats import Chat, ChatStatus, Platform
from bot.commands.core.services import Services
from bot.commands.dispatcher import Answers
from bot.commands.registry import COMMANDS
from bot.delivery.chat_lifecycle import StoredChatNews
from bot.papers import Paper
from storage.database import Database
from storage.platform_state import PlatformRecords
from tests.adapters.telegram.telegram_platform import LeapingClock
from tests.e2e.support.single_platform import ByHand, august, paper
from tests.fakes.telegram import Conversation, Message, TelegramStandIn

ARCHIVE = (
    paper(1, "Diffusion Models for <b>Tidal</b> & Other Maps", august(21), 17),
    paper(2, "Fast Diffusion Sampling on a Phone", august(20), 42),
    paper(3, "Soft Clustering in Little Memory", august(3), 2),
    paper(4, "Letters from the Harbour", august(21), 9),
)

LETTERS = "How Far a Letter Travels by Diffusion When Nobody Is There to Carry It From One Harbour to the Next, Part {}"


def many(n: int) -> list[Paper]:
    """Papers of a Monday with long titles, most votes first."""
    return [paper(100 + number, LETTERS.format(number), august(24), 300 - number) for number in range(n)]


@dataclass
class Paperboy(ByHand):
    """Papers are put in by hand, moments come when the test says so."""

    platform: TelegramPlatform
    telegram: TelegramStandIn

    async def chat(self, conversation: Conversation) -> Chat:
        async with self.storage.read() as work:
            chats = await work.chats.of_workspace(Platform.TELEGRAM, "123456")
        return next(chat for chat in chats if chat.address.chat == str(conversation.id))

    async def until(self, conversation: Conversation, status: ChatStatus) -> None:
        """Waits for what Telegram tells of a chat."""
        async with asyncio.timeout(120):
            while (await self.chat(conversation)).status is not status:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(
    telegram: TelegramStandIn, storage: Database, index: FtsIndex, clock: LeapingClock, public_url: str = ""
) -> AsyncIterator[Paperboy]:
    services = Services(storage, index, clock)
    platform = TelegramPlatform(
        telegram.token,
        clock=clock,
        records=PlatformRecords(storage, Platform.TELEGRAM, clock),
        news=StoredChatNews(storage, clock),
        commands=COMMANDS,
        api_url=telegram.base_url.removesuffix("/bot"),
        public_url=public_url,
    )
    listening = asyncio.create_task(platform.listen(Answers(services)))
    try:
        yield Paperboy(storage, index, clock, platform, telegram)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await platform.close()


def titles(message: Message) -> list[str]:
    return [words for words in message.links if not words.isdigit()]
