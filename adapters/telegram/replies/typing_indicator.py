"""*typing…*, for what takes longer than a moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from telegram.constants import ChatAction
from telegram.error import TelegramError

from adapters.telegram.client.errors import cause_of
from adapters.telegram.events.events import Place
from adapters.telegram.replies.sender import Bot

log = logging.getLogger(__name__)

A_MOMENT: Final = 1.0  # seconds
AGAIN: Final = 4.5  # Telegram shows it for five


@asynccontextmanager
async def working(bot: Bot, place: Place) -> AsyncIterator[None]:
    """Shows in the chat that something is being worked on, from the second second until the block ends."""
    telling = asyncio.create_task(_tell(bot, place))
    try:
        yield
    finally:
        telling.cancel()


async def _tell(bot: Bot, place: Place) -> None:
    await asyncio.sleep(A_MOMENT)
    try:
        while True:
            await bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread)
            await asyncio.sleep(AGAIN)
    except TelegramError as error:
        log.info("typing could not be shown: %s", cause_of(error))
