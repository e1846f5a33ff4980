"""Settings to parts, top to bottom, no logic."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import httpx
from sqlalchemy import make_url
from starlette.routing import BaseRoute
from tzlocal import get_localzone_name

from adapters.clock import SystemClock
from adapters.embeddings.service import EmbeddingService
from adapters.huggingface import HuggingFaceSource
from adapters.huggingface.api import HuggingFaceApi
from adapters.huggingface.sample import load_sample_papers
from adapters.local import LocalChat
from adapters.local.capabilities import LOCAL
from adapters.proxies import RoutedTransport
from adapters.search.fts_index import FtsIndex
from adapters.search.hybrid_index import HybridIndex
from adapters.web import ChatAccess, chat_routes
from bot.calls import CommandCall
from bot.chats import ChatDefaults, Platform
from bot.commands.core.services import Services
from bot.commands.queries.suggestions import complete_line
from bot.commands.registry import TOPIC_COMMANDS, offered_names
from bot.delivery.dispatcher import OutboxDispatcher
from bot.ingest.ingestor import Ingestor
from bot.jobs import DigestJobs
from bot.ports import ChatPlatform, Clock, PaperIndex, PaperSource
from bot.views import View
from paperboy.catalogue import load_catalogue
from paperboy.file_rights import private_files, restrict_files
from paperboy.leader_election import LeaderElection
from paperboy.platforms import (
    PLATFORMS,
    AnswersOnPages,
    ConnectedPlatform,
    PlatformEntry,
    capabilities_of,
    find_address_signup,
)
from paperboy.process_metrics import TimedDispatcher
from paperboy.public_pages import STRANGERS_TO, feed_addresses, public_routes
from paperboy.sender_lock import SenderLock
from paperboy.settings import Settings
from paperboy.version import VERSION
from storage.database import Database

USER_AGENT = f"paperboy/{VERSION}"


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs, wired."""

    settings: Settings
    clock: Clock
    storage: Database
    index: PaperIndex
    embeddings: EmbeddingService | None
    ingestor: Ingestor
    outbox_dispatcher: OutboxDispatcher
    services: Services
    command_dispatcher: TimedDispatcher
    local_chat: LocalChat
    jobs: DigestJobs
    sender_lock: SenderLock
    platforms: dict[Platform, ChatPlatform]
    platform_table: Sequence[PlatformEntry]
    routes: list[BaseRoute]
    leader_election: LeaderElection


@dataclass(frozen=True, slots=True)
class Worker:
    """What sends, and nothing that plans, gathers or receives."""

    clock: Clock
    outbox_dispatcher: OutboxDispatcher
    platforms: dict[Platform, ChatPlatform]
    owner: str


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    with_platforms: bool = True,
    clock: Clock | None = None,
    platform_table: Sequence[PlatformEntry] = PLATFORMS,
) -> AsyncIterator[App]:
    """The parts with an open, migrated database; ``with_platforms`` False connects none but the local chat.

    ``clock`` takes the place of the machine's, ``platform_table`` that of the platforms there are. Raises
    :class:`storage.engine.errors.StorageProblem` and :class:`bot.matching.catalogue.catalogue.CatalogueMistake`.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock(settings.clock_start)
        storage = open_database(settings)
        stack.push_async_callback(storage.close)
        await storage.start(migrate=True)
        restrict_files(private_files(database_file(settings.database_url), settings.data_dir))
        meaning = _embeddings(settings)
        index = _index(settings, meaning, stack)
        client = await stack.enter_async_context(
            httpx.AsyncClient(
                timeout=httpx.Timeout(20, connect=8),
                headers={"User-Agent": USER_AGENT},
                max_redirects=5,
                transport=RoutedTransport(settings.proxies),
            )
        )
        gatherer = Ingestor(_sources(settings, client, clock), storage, index, clock, load_sample_papers)
        parts = _wire(settings, clock, storage, index, meaning, gatherer, platform_table)
        if with_platforms:
            await _add_platforms(parts, stack)
        yield parts


@asynccontextmanager
async def open_worker(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Worker]:
    """What a worker consists of, with an open, migrated database.

    Raises :class:`storage.engine.errors.StorageProblem`.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock(settings.clock_start)
        storage = open_database(settings)
        stack.push_async_callback(storage.close)
        await storage.start(migrate=True)
        talking: dict[Platform, ChatPlatform] = {LOCAL: LocalChat(storage, clock, _reject_commands, "UTC")}
        for platform in _configured_platforms(PLATFORMS, settings, storage, clock):
            stack.push_async_callback(platform.close)
            talking[platform.platform] = platform
        owner = _new_owner_id()
        yield Worker(clock, _outbox_dispatcher(settings, storage, talking, clock, owner, sole=False), talking, owner)


async def _reject_commands(call: CommandCall) -> View:
    raise AssertionError(f"nobody talks with a worker: {call.name}")


def _new_owner_id() -> str:
    """Another one each time: a container that is restarted has its name and its process id again."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"


def _outbox_dispatcher(
    settings: Settings,
    storage: Database,
    chat_platforms: dict[Platform, ChatPlatform],
    clock: Clock,
    owner: str,
    *,
    sole: bool,
) -> OutboxDispatcher:
    return OutboxDispatcher(
        storage,
        chat_platforms,
        clock,
        owner,
        on_uncertain=settings.on_uncertain,
        sole_sender=sole,
        leases=storage.leases,
    )


def _configured_platforms(
    table: Sequence[PlatformEntry], settings: Settings, storage: Database, clock: Clock
) -> list[ConnectedPlatform]:
    """The platforms whose tokens are set; to be made inside the running loop."""
    made = (entry.make(settings, storage, clock) for entry in table)
    return [platform for platform in made if platform]


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


def _embeddings(settings: Settings) -> EmbeddingService | None:
    return EmbeddingService(settings.data_dir / "paperboy-meaning.db") if settings.meaning == "on" else None


def _index(settings: Settings, embeddings: EmbeddingService | None, stack: AsyncExitStack) -> PaperIndex:
    index = FtsIndex(settings.data_dir / "paperboy-index.db")
    stack.push_async_callback(index.close)
    if embeddings is None:
        return index
    stack.push_async_callback(embeddings.close)
    return HybridIndex(index, embeddings)


def _sources(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> list[PaperSource]:
    api = HuggingFaceApi(client, settings.hf_endpoint, clock, settings.hf_token.get_secret_value())
    sources: list[PaperSource] = [HuggingFaceSource(api)]
    if settings.arxiv_categories:
        from adapters.arxiv import ArxivSource  # most go without it, and its parser of feeds is large

        sources.append(ArxivSource(client, settings.arxiv_rss_url, sorted(settings.arxiv_categories), clock))
    return sources


def _wire(
    settings: Settings,
    clock: Clock,
    storage: Database,
    index: PaperIndex,
    embeddings: EmbeddingService | None,
    ingestor: Ingestor,
    platform_table: Sequence[PlatformEntry],
) -> App:
    services = Services(
        storage=storage,
        index=index,
        clock=clock,
        defaults=_chat_defaults(settings),
        version=VERSION,
        database=database_kind(settings.database_url),
        wake_dispatcher=lambda: dispatcher.wake(),
        progress=lambda: ingestor.backfill_progress,
        indexing=lambda: ingestor.index_progress,
        capabilities=capabilities_of(platform_table),
        catalogue=load_catalogue(settings.catalogue),
        address_signup=lambda: find_address_signup(talking.values()),
        feed_addresses=feed_addresses(settings),
    )
    answers = TimedDispatcher(services)
    local = LocalChat(storage, clock, answers, settings.timezone or get_localzone_name())
    talking: dict[Platform, ChatPlatform] = {LOCAL: local}
    sender_lock = SenderLock(database_file(settings.database_url))
    owner = _new_owner_id()
    dispatcher = _outbox_dispatcher(settings, storage, talking, clock, owner, sole=sender_lock.is_exclusive)
    access = ChatAccess(
        settings.web_password.get_secret_value(),
        public_url=settings.public_url,
        trusted_proxies=settings.trusted_proxies,
        strangers_to=STRANGERS_TO if settings.public_url and settings.public_pages == "on" else "",
    )
    return App(
        settings=settings,
        clock=clock,
        storage=storage,
        index=index,
        embeddings=embeddings,
        ingestor=ingestor,
        outbox_dispatcher=dispatcher,
        services=services,
        command_dispatcher=answers,
        local_chat=local,
        jobs=DigestJobs(ingestor, storage, index, talking, dispatcher),
        sender_lock=sender_lock,
        platforms=talking,
        platform_table=platform_table,
        routes=[
            *chat_routes(
                local,
                access=access,
                commands=offered_names(LocalChat.capabilities),
                suggest=lambda typed: complete_line(typed, services.catalogue, TOPIC_COMMANDS),
            ),
            *public_routes(settings, services, talking),
        ],
        leader_election=LeaderElection(storage.leases, owner),
    )


async def _add_platforms(app: App, stack: AsyncExitStack) -> None:
    """Those whose tokens are set; made here since they need the running loop."""
    for platform in _configured_platforms(app.platform_table, app.settings, app.storage, app.clock):
        stack.push_async_callback(platform.close)
        app.platforms[platform.platform] = platform
        if isinstance(platform, AnswersOnPages):
            platform.answer_pages_with(app.command_dispatcher)
        app.routes.extend(platform.routes())


def _chat_defaults(settings: Settings) -> ChatDefaults:
    return ChatDefaults(
        hour=settings.digest_time,
        zone=settings.timezone,
        max_topics=settings.max_topics,
        admin_chats=settings.admin_chats,
        allowed_chats=settings.allowed_chats,
    )
