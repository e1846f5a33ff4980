"""*typing…*, for what takes longer than a moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from telegram.constants import ChatAction
from telegram.error import TelegramError

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.events import ChatRef
from adapters.telegram.replies.sender import Bot

log = logging.getLogger(__name__)

TYPING_DELAY_SECONDS: Final = 1.0  # seconds
REPEAT_SECONDS: Final = 4.5  # Telegram shows it for five


@asynccontextmanager
async def typing_indicator(bot: Bot, chat: ChatRef) -> AsyncIterator[None]:
    """Shows in the chat that something is being worked on, from the second second until the block ends."""
    task = asyncio.create_task(_keep_showing(bot, chat))
    try:
        yield
    finally:
        task.cancel()


async def _keep_showing(bot: Bot, chat: ChatRef) -> None:
    await asyncio.sleep(TYPING_DELAY_SECONDS)
    try:
        while True:
            await bot.send_chat_action(chat.chat_id, ChatAction.TYPING, message_thread_id=chat.thread)
            await asyncio.sleep(REPEAT_SECONDS)
    except TelegramError as error:
        log.info("typing could not be shown: %s", safe_cause(error))
