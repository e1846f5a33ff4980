"""Settings to parts, top to bottom, no logic."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import make_url
from starlette.routing import BaseRoute
from tzlocal import get_localzone_name

from adapters.arxiv import ArxivSource
from adapters.clock import SystemClock
from adapters.huggingface import HuggingFaceSource
from adapters.huggingface.api import HuggingFaceApi
from adapters.huggingface.sample import sample_papers
from adapters.local import LocalChat
from adapters.search.fts import FtsIndex
from adapters.web import chat_routes
from bot.chats import ChatDefaults, Platform
from bot.commands import COMMANDS
from bot.commands.answer import Answers
from bot.commands.services import Services
from bot.digests.deliver import Courier
from bot.digests.gather import Gatherer
from bot.digests.rounds import PaperRounds
from bot.ports import ChatPlatform, Clock, PaperSource
from paperboy import platforms
from paperboy.sender_lock import SenderLock
from paperboy.settings import Settings
from paperboy.version import VERSION
from storage.engine import Database

USER_AGENT = f"paperboy/{VERSION}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs, wired."""

    settings: Settings
    clock: Clock
    storage: Database
    index: FtsIndex
    gatherer: Gatherer
    courier: Courier
    services: Services
    answers: Answers
    local: LocalChat
    rounds: PaperRounds
    sender_lock: SenderLock
    platforms: dict[Platform, ChatPlatform]
    routes: list[BaseRoute]


@asynccontextmanager
async def open_parts(
    settings: Settings, *, with_platforms: bool = True, clock: Clock | None = None
) -> AsyncIterator[Parts]:
    """The parts with an open, migrated database; ``with_platforms`` False leaves Telegram and Slack out.

    ``clock`` takes the place of the machine's. Raises :class:`storage.problems.StorageProblem`.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock(settings.clock_start)
        storage = open_database(settings)
        stack.push_async_callback(storage.close)
        await storage.start(migrate=True)
        index = FtsIndex(settings.data_dir / "paperboy-index.db")
        stack.push_async_callback(index.close)
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=httpx.Timeout(20, connect=8), headers={"User-Agent": USER_AGENT}, max_redirects=5)
        )
        gatherer = Gatherer(_sources(settings, client, clock), storage, index, clock, sample_papers)
        parts = _wire(settings, clock, storage, index, gatherer)
        if with_platforms:
            await _add_platforms(parts, stack)
        yield parts


def open_database(settings: Settings) -> Database:
    """The database of the settings, not yet opened."""
    return Database(settings.database_url)


def database_kind(url: str) -> str:
    """``sqlite`` or ``postgresql``; never more of the address."""
    return "sqlite" if make_url(url).drivername.startswith("sqlite") else "postgresql"


def database_file(url: str) -> Path | None:
    """The SQLite file, None for PostgreSQL."""
    address = make_url(url)
    return Path(address.database or "") if address.drivername.startswith("sqlite") else None


def _sources(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> list[PaperSource]:
    api = HuggingFaceApi(client, settings.hf_endpoint, clock, settings.hf_token.get_secret_value())
    sources: list[PaperSource] = [HuggingFaceSource(api)]
    if settings.arxiv_categories:
        sources.append(ArxivSource(client, settings.arxiv_rss_url, sorted(settings.arxiv_categories), clock))
    return sources


def _wire(
    settings: Settings,
    clock: Clock,
    storage: Database,
    index: FtsIndex,
    gatherer: Gatherer,
) -> Parts:
    services = Services(
        storage=storage,
        index=index,
        clock=clock,
        defaults=_chat_defaults(settings),
        version=VERSION,
        database=database_kind(settings.database_url),
        wake=lambda: courier.wake(),
        progress=lambda: gatherer.progress,
        traits=platforms.TRAITS,
    )
    answers = Answers(services)
    local = LocalChat(storage, clock, answers, settings.timezone or get_localzone_name())
    talking: dict[Platform, ChatPlatform] = {Platform.LOCAL: local}
    sender_lock = SenderLock(database_file(settings.database_url))
    courier = Courier(
        storage,
        talking,
        clock,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        on_uncertain=settings.on_uncertain,
        sole=sender_lock.exclusive,
    )
    password = settings.web_password.get_secret_value()
    offered = [command.name for command in COMMANDS if not command.hidden]
    return Parts(
        settings=settings,
        clock=clock,
        storage=storage,
        index=index,
        gatherer=gatherer,
        courier=courier,
        services=services,
        answers=answers,
        local=local,
        rounds=PaperRounds(gatherer, storage, index, talking, courier),
        sender_lock=sender_lock,
        platforms=talking,
        routes=chat_routes(local, password=password, commands=offered),
    )


async def _add_platforms(parts: Parts, stack: AsyncExitStack) -> None:
    """Those whose tokens are set; made here since they need the running loop."""
    for make in (platforms.telegram, platforms.slack):
        if platform := make(parts.settings, parts.storage, parts.clock):
            stack.push_async_callback(platform.close)
            parts.platforms[platform.platform] = platform
            parts.routes.extend(platform.routes())


def _chat_defaults(settings: Settings) -> ChatDefaults:
    return ChatDefaults(
        hour=settings.digest_time,
        zone=settings.timezone,
        max_topics=settings.max_topics,
        admin_chats=settings.admin_chats,
        allowed_chats=settings.allowed_chats,
    )
