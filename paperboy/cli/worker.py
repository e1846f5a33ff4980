"""``paperboy worker``: delivery only, beside ``paperboy run``, as many as one likes."""

from __future__ import annotations

import asyncio
import logging

import click

from adapters.local.capabilities import LOCAL
from paperboy.cli.session import console, exit_refused, run_command
from paperboy.container import Worker, database_kind, open_worker
from paperboy.platforms import with_tokens
from paperboy.settings import Settings
from paperboy.shutdown import StopSignals
from paperboy.supervisor import Supervisor

log = logging.getLogger("paperboy")


@click.command()
def worker() -> None:
    """Send what is planned, and nothing else. PostgreSQL only.

    Start as many as you like, on as many machines as you like, beside one or several `paperboy run`: all keep one pace
    for each bot. A worker that dies in the middle of a message leaves it to the others, which take it up within 80
    seconds. SIGTERM finishes what is on its way, within 10 seconds; a second one within 3.
    """
    run_command(_run_worker, quiet=False)


async def _run_worker(settings: Settings) -> None:
    if database_kind(settings.database_url) == "sqlite":
        exit_refused(
            "`paperboy worker` needs PostgreSQL (DATABASE_URL=postgresql://...): on SQLite one process sends, and that "
            "is `paperboy run`."
        )
    async with open_worker(settings) as sending:
        names = [name for name in sending.platforms if name != LOCAL]
        if not with_tokens(sending.platforms):
            exit_refused(
                "No token is set, so there is nobody to send for. .env.example shows TELEGRAM_BOT_TOKEN and others."
            )
        console.print(f"Sending for {' and '.join(names)} as {sending.owner}. Stop it with Ctrl-C.")
        await _send_until_stopped(sending)


async def _send_until_stopped(running_worker: Worker) -> None:
    stopping = StopSignals()
    supervisor = Supervisor(running_worker.clock)
    working = asyncio.create_task(supervisor.keep_running("delivery", running_worker.outbox_dispatcher.run))
    await stopping.requested.wait()
    console.print("Stopping; what is on its way is finished first.")
    await stopping.shut_down([working], running_worker.outbox_dispatcher)
