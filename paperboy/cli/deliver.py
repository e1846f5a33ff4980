"""``paperboy deliver``: plans and delivers what is due, then ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import click

from bot.deliveries import DeliveryState
from paperboy.cli.session import console, run_command
from paperboy.container import App, open_app
from paperboy.settings import Settings

POLL_INTERVAL = timedelta(seconds=0.5)


@click.command()
@click.option("--now", "at_once", is_flag=True, help="Today's digest of every chat that has not had one.")
def deliver(at_once: bool) -> None:
    """Plan what is due, deliver it, and end when everything is settled."""
    run_command(lambda settings: _deliver(settings, at_once=at_once))


async def _deliver(settings: Settings, *, at_once: bool) -> None:
    async with open_app(settings) as parts:
        before = await _sent_count(parts)
        planned = await parts.jobs.plan_digests(parts.clock.now(), early=at_once)
        console.print(f"{planned} chats planned")
        if parts.sender_lock.acquire():
            try:
                await parts.outbox_dispatcher.drain()
            finally:
                parts.sender_lock.release()
        else:
            console.print("Paperboy is running on this database; it sends them. Waiting until they are settled.")
            await _wait_until_settled(parts)
        console.print(f"{await _sent_count(parts) - before} messages sent")


async def _wait_until_settled(app: App) -> None:
    while True:
        async with app.storage.read() as work:
            if not await work.outbox.unfinished_count():
                return
        await asyncio.sleep(POLL_INTERVAL.total_seconds())


async def _sent_count(app: App) -> int:
    async with app.storage.read() as work:
        return (await work.outbox.count_by_state()).get(DeliveryState.SENT, 0)
