"""``paperboy deliver``: plans and delivers what is due, then ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

import click

from bot.deliveries import DeliveryState
from bot.delivery.dispatcher import DRAIN_TIMEOUT
from bot.i18n import LazyText, tn
from paperboy.cli.session import console, print_sentence, run_command
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
        print_sentence(tn("{n} chat planned", "{n} chats planned", planned))
        if parts.sender_lock.acquire():
            try:
                await parts.outbox_dispatcher.drain()
            finally:
                parts.sender_lock.release()
        else:
            console.print("Paperboy is running on this database; it sends them. Waiting until they are settled.")
            await _wait_until_settled(parts)
        sent = await _sent_count(parts) - before
        print_sentence(tn("{n} message sent", "{n} messages sent", sent))
        if waiting := await _waiting_sentence(parts):
            print_sentence(waiting)


async def _wait_until_settled(app: App) -> None:
    """What may go only later, or is held, is not waited for."""
    until = app.clock.now() + DRAIN_TIMEOUT
    while True:
        if app.clock.now() >= until or not await app.outbox_dispatcher.has_sendable(until):
            return
        await asyncio.sleep(POLL_INTERVAL.total_seconds())


async def _waiting_sentence(app: App) -> LazyText | None:
    """How many messages wait, and until when the first of them does; None where none waits."""
    async with app.storage.read() as work:
        pending = (await work.outbox.count_by_state()).get(DeliveryState.PENDING, 0)
        moments = [await work.outbox.next_pending_at(platform) for platform in app.platforms]
    if not pending:
        return None
    first = min((moment for moment in moments if moment), default=None)
    if first is None:
        return tn(
            "{n} message waits for a platform that is not set up here.",
            "{n} messages wait for a platform that is not set up here.",
            pending,
        )
    return tn(
        "{n} message waits until {moment} UTC; a running Paperboy sends it then.",
        "{n} messages wait, the first until {moment} UTC; a running Paperboy sends them then.",
        pending,
        moment=first.astimezone(UTC),
    )


async def _sent_count(app: App) -> int:
    async with app.storage.read() as work:
        return (await work.outbox.count_by_state()).get(DeliveryState.SENT, 0)
