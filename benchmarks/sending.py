"""How fast digests are sent: through the whole outbox beside a bare loop of the same client library; at the pace
that Telegram allows; and with the requests for many messages beside the library's own.

Each is a process of its own, :mod:`benchmarks.sending_process`, and so is the service, :mod:`benchmarks.bot_api_sink`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from adapters.telegram.client.rate_limiter import A_SECOND
from benchmarks.bot_api_sink import BotApiSink, running_sink
from benchmarks.comparison import Comparison, Figure
from benchmarks.harness import Harness
from benchmarks.sending_process import LOOP, MANY, OUTBOX, PACED, SendingFigures, measure_in_process

DIGESTS: Final = int(os.environ.get("SENDING_DIGESTS", "2000"))
CHATS: Final = DIGESTS // 2
IN_FLIGHT: Final = 32
LIMIT: Final = 30
LATENCY: Final = 0.1  # seconds
PAID_IN_FLIGHT: Final = 64


def run(bench: Harness) -> Iterator[Comparison]:
    ours, _ = _measure_sending(OUTBOX, bench.folder / "outbox", DIGESTS)
    bare, _ = _measure_sending(LOOP, bench.folder / "loop", DIGESTS)
    title = f"sending: {DIGESTS:,} digests, {IN_FLIGHT} at once, no limit"
    yield Comparison(title, "the outbox", "a bare loop", _beside(ours, bare))

    paced, counted = _measure_sending(PACED, bench.folder / "paced", CHATS)
    figures = [
        Figure("messages a second", counted.messages / counted.seconds, A_SECOND, "/s"),
        Figure("most in any second", counted.most, LIMIT),
        Figure("slowest answer to a person meanwhile", paced.answer * 1000, 500, "ms"),
    ]
    yield Comparison(f"sending: {CHATS:,} chats at Telegram's pace", "measured", "the bound", figures)

    many, _ = _measure_sending(MANY, bench.folder / "many", DIGESTS, LATENCY, PAID_IN_FLIGHT)
    library, _ = _measure_sending(LOOP, bench.folder / "library", CHATS // 4, LATENCY, PAID_IN_FLIGHT)
    figures = [Figure("messages a second", many.rate, library.rate, "/s"), *_beside(many, library)[1:]]
    title = f"sending: paid broadcast, {PAID_IN_FLIGHT} at once, answered after {1000 * LATENCY:.0f} ms"
    yield Comparison(title, "many requests", "the library's", figures)


def _measure_sending(
    what: str, folder: Path, number: int, latency: float = 0.0, in_flight: int = IN_FLIGHT
) -> tuple[SendingFigures, BotApiSink]:
    folder.mkdir()
    with running_sink(latency) as service:
        took = measure_in_process(what, service.url, folder, number, in_flight)
    assert took.messages == number, f"{took.messages} of {number} sent"
    return took, service


def _beside(ours: SendingFigures, other: SendingFigures) -> list[Figure]:
    return [
        Figure("clock", ours.clock, other.clock, "s"),
        Figure("CPU a message", ours.cpu_each, other.cpu_each, "ms"),
    ]
