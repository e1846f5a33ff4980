"""The real library, pointed at the fake."""

from __future__ import annotations

from telegram import Bot
from telegram.ext import ApplicationBuilder
from telegram.request import HTTPXRequest
from tests.fakes.telegram.fake import FakeTelegram


def transport() -> HTTPXRequest:
    """The library's own transport; not checking certificates saves reading them, and there is no TLS here."""
    return HTTPXRequest(httpx_kwargs={"verify": False})


def bot_client(telegram: FakeTelegram) -> Bot:
    """A bot to be used with `async with`."""
    return Bot(
        telegram.token,
        telegram.base_url,
        telegram.base_file_url,
        request=transport(),
        get_updates_request=transport(),
    )


def application_builder(telegram: FakeTelegram) -> ApplicationBuilder:
    builder = ApplicationBuilder().token(telegram.token).base_url(telegram.base_url)
    builder = builder.base_file_url(telegram.base_file_url)
    return builder.request(transport()).get_updates_request(transport())
