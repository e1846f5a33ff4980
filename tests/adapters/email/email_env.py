"""The platform against servers of this machine; nothing of the library is replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from adapters.email import EmailConfig, EmailPlatform
from adapters.email.addresses import Sender
from adapters.email.capabilities import chat_address
from adapters.email.client.connection_pool import SmtpConnectionPool
from adapters.email.client.server_url import Protection, SmtpServer
from adapters.email.message.dkim_signature import DkimSigner
from bot.chats import Chat, ChatDefaults, ChatKind
from bot.i18n import t, tn
from bot.papers import Author, Organization, Paper
from bot.ports import Storage
from bot.rate_limit import InMemoryRateLimiter
from bot.views import Button, Buttons, PaperList, PaperListItem, PaperSummary, TextBlock, View
from tests.fakes.ports import FakeClock

NOW = datetime(2026, 8, 18, 9, tzinfo=UTC)
ANNA = "anna@reader.net"
ADDRESS = "https://paperboy.reader.net"
SENDER = Sender("Paperboy", "papers@sender.net")


def paper(number: int, title: str = "", **facts: object) -> Paper:
    """One with everything that a mail shows."""
    values: dict = {
        "authors": (Author("Mira Aldous"),),
        "organization": Organization("lab", "Some Lab"),
        "tldr": f"Tells number {number} in a sentence.",
        "upvotes": 30 - number % 30,
        "code_url": f"https://github.com/lab/{number}",
    }
    title = title or f"Diffusion for Timetables {number}"
    return Paper(f"2608.{number:05}", title, "We show something.", date(2026, 8, 18), **(values | facts))


def digest(*papers: Paper, listed: tuple[Paper, ...] = (), copy: bool = False) -> View:
    """As the core composes one."""
    number = len(papers) + len(listed)
    summaries = tuple(
        PaperSummary(place, one, one.tldr, t("{topic}", topic="diffusion")) for place, one in enumerate(papers, 1)
    )
    items = tuple(PaperListItem(one, place) for place, one in enumerate(listed, len(papers) + 1))
    lists = (PaperList(items, t("<b>{n} more on {topic}</b>", n=len(items), topic="diffusion")),) if items else ()
    headline = TextBlock(
        tn("<b>{n} paper for you</b> · {day}", "<b>{n} papers for you</b> · {day}", number, day=NOW.date())
    )
    buttons = Buttons(((Button(t("Why these?"), "why digest 1"),),))
    title = (papers or listed)[0].title
    summary = tn("{n} paper for you: {title}", "{n} papers for you: {title}", number, title=title)
    return View((headline, *summaries, *lists, buttons), summary, possible_duplicate=copy)


async def store_chat(storage: Storage, address: str = ANNA) -> Chat:
    async with storage.write() as work:
        chat = await work.chats.get_or_create(chat_address(address), ChatKind.PRIVATE, "", ChatDefaults(), NOW)
        await work.commit()
    return chat


@asynccontextmanager
async def platform_at(
    port: int,
    storage: Storage,
    *,
    clock: FakeClock | None = None,
    signer: DkimSigner | None = None,
    protection: Protection = Protection.OPPORTUNISTIC,
    login: tuple[str, str] = ("", ""),
    seconds: float = 20,
    **config: object,
) -> AsyncIterator[EmailPlatform]:
    """``seconds`` is how long each of both halves of a sending may take."""
    server = SmtpServer("127.0.0.1", port, protection, *login)
    values: dict = {"signer": signer, "public": True} | config
    made = EmailPlatform(
        EmailConfig(server, SENDER, ADDRESS, **values),
        clock=clock or FakeClock(NOW),
        storage=storage,
        rate_limiter=InMemoryRateLimiter(),
        pool=SmtpConnectionPool(server, "sender.net", before_data=seconds, for_data=seconds),
    )
    try:
        yield made
    finally:
        await made.close()
