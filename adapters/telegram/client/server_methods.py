"""Which methods this Bot API server has: one of one's own may be older than what is asked of it."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from adapters.telegram.client.errors import is_from_telegram, is_missing_method


async def has_method(bot: Bot, name: str) -> bool:
    """Whether the server knows the method. It is called without parameters, so nothing is done: who knows it misses
    them. Raises TelegramError where the answer says neither."""
    try:
        await bot.do_api_request(name)
    except BadRequest as error:
        if is_from_telegram(error):
            return True
        raise
    except TelegramError as error:
        if is_missing_method(error):
            return False
        raise
    raise TelegramError(f"an answer to {name} without parameters says nothing")
