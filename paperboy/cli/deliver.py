"""``paperboy deliver``: plans and delivers what is due, then ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import click

from bot.deliveries import DeliveryState
from paperboy.cli.session import console, run_command
from paperboy.container import Parts, open_parts
from paperboy.settings import Settings

LOOK_AGAIN = timedelta(seconds=0.5)


@click.command()
@click.option("--now", "at_once", is_flag=True, help="Today's digest of every chat that has not had one.")
def deliver(at_once: bool) -> None:
    """Plan what is due, deliver it, and end when everything is settled."""
    run_command(lambda settings: _deliver(settings, at_once=at_once))


async def _deliver(settings: Settings, *, at_once: bool) -> None:
    async with open_parts(settings) as parts:
        before = await _sent(parts)
        planned = await parts.rounds.plan(parts.clock.now(), early=at_once)
        console.print(f"{planned} chats planned")
        if parts.sender_lock.take():
            try:
                await parts.courier.drain()
            finally:
                parts.sender_lock.give_back()
        else:
            console.print("Paperboy is running on this database; it sends them. Waiting until they are settled.")
            await _until_settled(parts)
        console.print(f"{await _sent(parts) - before} messages sent")


async def _until_settled(parts: Parts) -> None:
    while True:
        async with parts.storage.read() as work:
            if not await work.outbox.unfinished():
                return
        await asyncio.sleep(LOOK_AGAIN.total_seconds())


async def _sent(parts: Parts) -> int:
    async with parts.storage.read() as work:
        return (await work.outbox.counts()).get(DeliveryState.SENT, 0)
