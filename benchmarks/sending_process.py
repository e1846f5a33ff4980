"""One process that sends, measured by itself.

    python -m benchmarks.sending_process WHAT URL FOLDER NUMBER IN_FLIGHT

WHAT is ``outbox`` (everything that is done for a digest), ``paced`` (the same at the pace that Telegram allows, while a
person asks now and then), ``loop`` (python-telegram-bot alone, the same messages rendered before) or ``many`` (the same
with the requests for many messages). Prints seconds on the clock and of CPU as JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from telegram import LinkPreviewOptions
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from adapters.clock import SystemClock
from adapters.telegram.capabilities import TELEGRAM
from adapters.telegram.client.aiohttp_request import AiohttpRequest
from adapters.telegram.platform import TelegramPlatform
from adapters.telegram.rendering.outgoing_messages import OutgoingMessage, outgoing_messages
from adapters.telegram.rendering.renderer import MessageText
from benchmarks.fill_outbox import TOKEN, fill_outbox
from bot.deliveries import DeliveryState
from bot.delivery.chat_lifecycle import ChatLifecycle
from bot.delivery.dispatcher import OutboxDispatcher
from bot.ports import RateLimit, Reservation
from bot.rate_limit import InMemoryRateLimiter
from bot.rendering.digest import referenced_paper_ids, render_content
from storage.database import Database
from storage.platform_state import StoredPlatformState

OUTBOX, PACED, LOOP, MANY = "outbox", "paced", "loop", "many"
PROBE_INTERVAL = 2.0  # seconds
PATIENT_OPTIONS: dict[str, Any] = {
    "read_timeout": 60.0,
    "write_timeout": 60.0,
    "connect_timeout": 60.0,
    "pool_timeout": 60.0,
}


@dataclass(frozen=True, slots=True)
class SendingFigures:
    """Seconds on the clock and of CPU, for so many messages; the longest that a person's answer took meanwhile."""

    messages: int
    clock: float
    cpu: float
    answer: float = 0.0

    @property
    def rate(self) -> float:
        return self.messages / self.clock

    @property
    def cpu_each(self) -> float:
        """Milliseconds."""
        return 1000 * self.cpu / self.messages


class UnlimitedRateLimiter(InMemoryRateLimiter):
    """Whatever the rate limit, now."""

    async def reserve(self, limit: RateLimit, turns: int = 1) -> Reservation:
        return Reservation(0.0, 0.0)


def measure_in_process(what: str, url: str, folder: Path, number: int, in_flight: int) -> SendingFigures:
    """What that takes in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.sending_process", what, url, str(folder), str(number), str(in_flight)]
    return SendingFigures(**json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout))


async def filled_database(folder: Path, number: int) -> Database:
    """A database with so many planned digests."""
    database = Database(f"sqlite:///{folder / f'sending-{number}.db'}")
    await database.start(migrate=True)
    async with database.read() as work:
        if not await work.outbox.unfinished_count():
            await fill_outbox(database, number, SystemClock().now())
    return database


async def _outbox(database: Database, url: str, in_flight: int, pace: InMemoryRateLimiter | None) -> SendingFigures:
    clock = SystemClock()
    platform = TelegramPlatform(
        TOKEN,
        clock=clock,
        state=StoredPlatformState(database, TELEGRAM, clock),
        chat_events=ChatLifecycle(database, clock, TelegramPlatform.capabilities),
        commands=(),
        api_url=url,
        rate_limiter=pace,
    )
    dispatcher = OutboxDispatcher(database, {TELEGRAM: platform}, clock, "bench", in_flight=in_flight)
    await platform.check_connection()
    answers: list[float] = []
    asking = asyncio.create_task(_probe_answers(platform, answers)) if pace is None else None
    took = await _measured(dispatcher.drain)
    if asking:
        asking.cancel()
    async with database.read() as work:
        messages = (await work.outbox.count_by_state())[DeliveryState.SENT]
    await platform.close()
    return replace(took, messages=messages, answer=max(answers, default=0.0))


async def _probe_answers(platform: TelegramPlatform, answers: list[float]) -> None:
    while True:
        await asyncio.sleep(PROBE_INTERVAL)
        began = time.monotonic()
        await platform._bot.send_message(1, "An answer.")
        answers.append(time.monotonic() - began)


async def _loop(requests: BaseRequest, messages: Sequence[OutgoingMessage], url: str, in_flight: int) -> SendingFigures:
    """The same messages, rendered before; each of ``in_flight`` tasks takes the next one."""
    bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=requests)
    await bot.initialize()
    left = iter(enumerate(messages))

    async def send() -> None:
        for number, message in left:
            assert isinstance(message.content, MessageText)
            await bot.send_message(
                1000 + number,
                message.content.html,
                parse_mode="HTML",
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=message.buttons,
            )

    async def all_of_them() -> None:
        await asyncio.gather(*(send() for _ in range(in_flight)))

    took = await _measured(all_of_them)
    await bot.shutdown()
    return replace(took, messages=len(messages))


async def _render_messages(database: Database, number: int) -> list[OutgoingMessage]:
    drawn = []
    async with database.read() as work:
        for delivery_id in range(1, number + 1):
            delivery = await work.outbox.get(delivery_id)
            assert delivery is not None
            chat = await work.chats.get(delivery.chat_id)
            assert chat is not None
            papers = {paper.id: paper for paper in await work.papers.get(referenced_paper_ids(delivery.content))}
            drawn += await outgoing_messages(
                render_content(delivery.content, papers, chat, delivery.id, capabilities=TelegramPlatform.capabilities),
                _callback_token,
            )
    return drawn


async def _callback_token(command: str) -> str:
    return "token"


async def _measured(work: Callable[[], Awaitable[object]]) -> SendingFigures:
    clock, cpu = time.monotonic(), time.process_time()
    await work()
    return SendingFigures(0, time.monotonic() - clock, time.process_time() - cpu)


async def _run(what: str, url: str, folder: Path, number: int, in_flight: int) -> SendingFigures:
    database = await filled_database(folder, number)
    try:
        if what in (OUTBOX, PACED):
            return await _outbox(database, url, in_flight, UnlimitedRateLimiter() if what == OUTBOX else None)
        requests = (
            AiohttpRequest(in_flight)
            if what == MANY
            else HTTPXRequest(connection_pool_size=in_flight, **PATIENT_OPTIONS)
        )
        return await _loop(requests, await _render_messages(database, number), url, in_flight)
    finally:
        await database.close()


def main(what: str, url: str, folder: str, number: str, in_flight: str) -> None:
    logging.disable(logging.WARNING)
    print(json.dumps(asdict(asyncio.run(_run(what, url, Path(folder), int(number), int(in_flight))))))


if __name__ == "__main__":
    main(*sys.argv[1:])
