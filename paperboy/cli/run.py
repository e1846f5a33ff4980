"""``paperboy run``: everything, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

import click
from starlette.applications import Starlette

from bot.i18n import t, tn
from bot.schedule import JobScheduler
from paperboy.cli.index_progress import show_index_progress
from paperboy.cli.session import console, exit_failed, print_sentence, run_command
from paperboy.container import App, database_kind, open_app
from paperboy.embedding_worker import embed_papers, embedding_state
from paperboy.health_checks import CLOSED_REMEDY
from paperboy.platforms import with_tokens
from paperboy.process_metrics import ErrorCounter, ProcessMetrics
from paperboy.public_pages import is_wildcard_host
from paperboy.readiness import Readiness
from paperboy.row_count import LOST_REMEDY, RowCount
from paperboy.server import WebServer, make_web_app, metrics_access
from paperboy.settings import Settings
from paperboy.shutdown import StopSignals
from paperboy.status import operating_report, status_report
from paperboy.supervisor import Supervisor, cancel_and_wait


@click.command()
def run() -> None:
    """Run Paperboy: the local chat, the platforms with a token, the schedule and the deliveries."""
    run_command(_run, quiet=False)


async def _run(settings: Settings) -> None:
    async with open_app(settings) as parts:
        if not parts.sender_lock.acquire():
            exit_failed(
                "Another Paperboy is running on this database. Stop it first, or give this one its own DATABASE_URL."
            )
        try:
            await _warn_of_lost_rows(parts)
            await _serve_until_stopped(parts)
            await _row_count(parts).keep(parts.storage)
        finally:
            parts.sender_lock.release()


def _row_count(app: App) -> RowCount:
    return RowCount(app.settings.data_dir, app.settings.database_url)


async def _warn_of_lost_rows(app: App) -> None:
    if lost := await _row_count(app).loss(app.storage):
        console.print(f"\n  {lost} {LOST_REMEDY}", markup=False)
    await _row_count(app).keep(app.storage)


async def _serve_until_stopped(app: App) -> None:
    stopping = StopSignals()
    listening_socket = _listening_socket(app.settings)
    server = WebServer(web_app(app))
    serving = asyncio.create_task(server.serve(sockets=[listening_socket]))
    _print_address(app, listening_socket.getsockname()[1])
    supervisor = Supervisor(app.clock)
    tasks = [asyncio.create_task(part) for part in _background_services(app, supervisor)]
    await stopping.requested.wait()
    console.print("Stopping; what is on its way is finished first.")
    await stopping.shut_down(tasks, app.outbox_dispatcher)
    server.should_exit = True
    await serving


def _listening_socket(settings: Settings) -> socket.socket:
    """The listening socket; uvicorn would end the process without a word for the person."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        # A name that can't be resolved has a number of its own kind.
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror or str(error)
        exit_failed(f"{settings.host}:{settings.port} can't be used: {why}. Set PORT (or HOST) to something free.")


def _background_services(app: App, supervisor: Supervisor) -> list[Coroutine[None, None, None]]:
    """Everything may run in several processes on one PostgreSQL; what only one may do has a lease."""
    listening = [
        _as_leader(
            app,
            supervisor,
            entry.platform,
            entry.receiver_lease_name(app.settings),
            partial(app.platforms[entry.platform].listen, app.command_dispatcher),
        )
        for entry in app.platform_table
        if entry.platform in app.platforms
    ]
    return [
        supervisor.keep_running("delivery", app.outbox_dispatcher.run),
        supervisor.keep_running("index", app.ingestor.run_index_sync),
        supervisor.keep_running("meaning", partial(embed_papers, app.embeddings, app.storage)),
        show_index_progress(lambda: app.ingestor.index_progress, console),
        _as_leader(app, supervisor, "schedule", "schedule", partial(_run_schedule, app)),
        *listening,
    ]


def _as_leader(
    app: App, supervisor: Supervisor, name: str, lease: str, run: Callable[[], Awaitable[None]]
) -> Coroutine[None, None, None]:
    return supervisor.keep_running(name, partial(app.leader_election.run_while_leader, lease, run))


async def _run_schedule(app: App) -> None:
    """The first reading, then the schedule, and the archive behind it."""
    await _bootstrap_papers(app)
    # What is there by now stays: no collection of garbage need look through it again, which took a tenth of a second.
    gc.freeze()
    archive = asyncio.create_task(Supervisor(app.clock).keep_running("archive", app.ingestor.backfill))
    try:
        await JobScheduler(app.jobs, app.clock, app.settings.poll_minutes).run()
    finally:
        await cancel_and_wait([archive])


async def _bootstrap_papers(app: App) -> None:
    real = await app.ingestor.bootstrap()
    async with app.storage.read() as work:
        archive = await work.papers.archive_extent()
    if real:
        here = tn("{n} paper is here;", "{n} papers are here;", archive.paper_count)
        print_sentence(t("  {here} older lists follow in the background.\n", here=here))
    else:
        console.print("  Hugging Face does not answer, so invented sample papers are shown until it does.\n")


def web_app(app: App) -> Starlette:
    """Everything that a running Paperboy serves."""

    process = ProcessMetrics(app.clock.now(), app.platforms)
    app.command_dispatcher.metrics = process
    logging.getLogger().addHandler(ErrorCounter(process))

    async def report() -> dict[str, object]:
        kind, now = database_kind(app.settings.database_url), app.clock.now()
        await process.count_digests(app.storage, now)
        status = await status_report(app.storage, kind, now, await embedding_state(app.embeddings))
        return status | await operating_report(app.storage, app.index, app.platforms, now)

    may_read = metrics_access(app.settings.public_url, app.settings.metrics_token.get_secret_value())
    return make_web_app(app.routes, Readiness(app.storage), report, may_read_metrics=may_read, process_metrics=process)


def _print_address(app: App, port: int) -> None:
    host = app.settings.host
    shown = "127.0.0.1" if is_wildcard_host(host) else f"[{host}]" if ":" in host else host
    console.print(f"\n  Paperboy is here: [bold]http://{shown}:{port}/[/]   (stop it with Ctrl-C)\n")
    if closed := app.settings.local_chat_closed_because:
        console.print(f"  {closed} {CLOSED_REMEDY}\n", markup=False)
    if names := with_tokens(app.platforms):
        console.print(f"  Connecting to {' and '.join(names)}; what comes of it is said below.\n")
    else:
        console.print(
            "  No token is set, so this is the local chat only. The README says how to add Telegram or Slack.\n"
        )
