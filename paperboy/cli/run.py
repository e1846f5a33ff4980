"""``paperboy run``: everything, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from ipaddress import ip_address

import click
from starlette.applications import Starlette

from bot.chats import Platform
from bot.schedule import Schedule
from paperboy.cli.index_progress import show_index
from paperboy.cli.session import console, fail, run_command
from paperboy.container import Parts, database_kind, open_parts
from paperboy.embedding_worker import meaning_state, read_papers
from paperboy.platforms import receiving
from paperboy.readiness import Readiness
from paperboy.server import WebServer, make_app
from paperboy.settings import Settings
from paperboy.shutdown import StopSignals
from paperboy.status import status_report
from paperboy.supervisor import Supervisor, stop


@click.command()
def run() -> None:
    """Run Paperboy: the local chat, the platforms with a token, the schedule and the deliveries."""
    run_command(_run, quiet=False)


async def _run(settings: Settings) -> None:
    async with open_parts(settings) as parts:
        if not parts.sender_lock.take():
            fail("Another Paperboy is running on this database. Stop it first, or give this one its own DATABASE_URL.")
        try:
            await _until_stopped(parts)
        finally:
            parts.sender_lock.give_back()


async def _until_stopped(parts: Parts) -> None:
    stopping = StopSignals()
    door = _bound(parts.settings)
    server = WebServer(web_app(parts))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    _greet(parts, door.getsockname()[1])
    supervisor = Supervisor(parts.clock)
    tasks = [asyncio.create_task(part) for part in _running_parts(parts, supervisor)]
    await stopping.asked.wait()
    console.print("Stopping; what is on its way is finished first.")
    await stopping.end(tasks, parts.courier)
    server.should_exit = True
    await serving


def _bound(settings: Settings) -> socket.socket:
    """The listening socket; uvicorn would end the process without a word for the person."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        # A name that can't be resolved has a number of its own kind.
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror or str(error)
        fail(f"{settings.host}:{settings.port} can't be used: {why}. Set PORT (or HOST) to something free.")


def _running_parts(parts: Parts, supervisor: Supervisor) -> list[Coroutine[None, None, None]]:
    """Everything may run in several processes on one PostgreSQL; what only one may do has a lease."""
    listening = [
        _only_here(
            parts, supervisor, name.value, receiving(parts.settings, name), partial(platform.listen, parts.answers)
        )
        for name, platform in parts.platforms.items()
        if name is not Platform.LOCAL
    ]
    return [
        supervisor.keep("delivery", parts.courier.run),
        supervisor.keep("index", parts.gatherer.keep_index),
        supervisor.keep("meaning", partial(read_papers, parts.meaning, parts.storage)),
        show_index(lambda: parts.gatherer.indexing, console),
        _only_here(parts, supervisor, "schedule", "schedule", partial(_scheduled, parts)),
        *listening,
    ]


def _only_here(
    parts: Parts, supervisor: Supervisor, name: str, lease: str, run: Callable[[], Awaitable[None]]
) -> Coroutine[None, None, None]:
    return supervisor.keep(name, partial(parts.standing_by.keep, lease, run))


async def _scheduled(parts: Parts) -> None:
    """The first reading, then the schedule, and the archive behind it."""
    await _first_papers(parts)
    # What is there by now stays: no collection of garbage need look through it again, which took a tenth of a second.
    gc.freeze()
    archive = asyncio.create_task(Supervisor(parts.clock).keep("archive", parts.gatherer.backfill))
    try:
        await Schedule(parts.rounds, parts.clock, parts.settings.poll_minutes).run()
    finally:
        await stop([archive])


async def _first_papers(parts: Parts) -> None:
    real = await parts.gatherer.first_start()
    async with parts.storage.read() as work:
        archive = await work.papers.archive()
    if real:
        console.print(f"  {archive.papers} papers are here; older lists follow in the background.\n")
    else:
        console.print("  Hugging Face does not answer, so invented sample papers are shown until it does.\n")


def web_app(parts: Parts) -> Starlette:
    """Everything that a running Paperboy serves."""

    async def report() -> dict[str, object]:
        kind = database_kind(parts.settings.database_url)
        return await status_report(parts.storage, kind, parts.clock.now(), await meaning_state(parts.meaning))

    return make_app(parts.routes, Readiness(parts.storage), report)


def _everywhere(host: str) -> bool:
    """Whether it means every address of this machine, which no browser can be sent to."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _greet(parts: Parts, port: int) -> None:
    host = parts.settings.host
    shown = "127.0.0.1" if _everywhere(host) else f"[{host}]" if ":" in host else host
    console.print(f"\n  Paperboy is here: [bold]http://{shown}:{port}/[/]   (stop it with Ctrl-C)\n")
    names = [name.value for name in parts.platforms if name is not Platform.LOCAL]
    if names:
        console.print(f"  Connecting to {' and '.join(names)}; what comes of it is said below.\n")
    else:
        console.print(
            "  No token is set, so this is the local chat only. The README says how to add Telegram or Slack.\n"
        )
