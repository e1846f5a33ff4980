"""What one process counts from its start on."""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

import adapters
import bot
import paperboy
import storage as storage_package
from bot.calls import CommandCall
from bot.commands.dispatcher import CommandDispatcher
from bot.ports import Storage
from bot.views import View

disable_created_metrics()  # type: ignore[no-untyped-call]  # a sample more for each; the process says when it started

# Seconds: from nobody notices to half a day.
LATENESS_BUCKETS: Final = (1, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 36_000)
COMMAND_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# A try ends, or its lease does, within this time; what began earlier is settled.
SETTLED_AFTER: Final = timedelta(seconds=120)
_OTHER_KIND: Final = "library"


def _error_kinds() -> frozenset[str]:
    """The parts of Paperboy that log: each package below the four at the top, and ``paperboy`` itself."""
    tops = (adapters, bot, storage_package, paperboy)
    parts = (f"{top.__name__}.{each.name}" for top in tops for each in pkgutil.iter_modules(top.__path__))
    return frozenset({"paperboy", _OTHER_KIND, *parts})


_ERROR_KINDS: Final = _error_kinds()


class ProcessMetrics:
    """The counters of a process that started at ``started_at`` (UTC), with those of ``platforms`` at 0: Prometheus sees
    no rise to a first value.

    Digests are counted from the database, so that those which workers send are in it: every process that is scraped
    shows all of them, two minutes after they left.
    """

    def __init__(self, started_at: datetime, platforms: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._counted_until = started_at
        start = Gauge("paperboy_process_start_timestamp_seconds", "When this process started.", registry=self.registry)
        start.set(started_at.timestamp())
        self._lateness = Histogram(
            "paperboy_delivery_lateness_seconds",
            "Between the hour a digest was due and the try that brought it.",
            ("platform",),
            buckets=LATENESS_BUCKETS,
            registry=self.registry,
        )
        self._commands = Histogram(
            "paperboy_command_seconds",
            "How long an answer took, without the way to the platform.",
            ("platform",),
            buckets=COMMAND_BUCKETS,
            registry=self.registry,
        )
        self._errors = Counter(
            "paperboy_errors", "Errors in the log, by the part of Paperboy.", ("kind",), registry=self.registry
        )
        for platform in platforms:
            self._lateness.labels(platform)
            self._commands.labels(platform)
        for kind in _ERROR_KINDS:
            self._errors.labels(kind)

    async def count_digests(self, storage: Storage, now: datetime) -> None:
        """Counts the digests that left since the last call, as far as they are settled at ``now``."""
        since, until = self._counted_until, now - SETTLED_AFTER
        if until <= since:
            return
        self._counted_until = until  # before anything is waited for: two scrapes at once count nothing twice
        try:
            async with storage.read() as work:
                late = await work.outbox.digest_lateness(since, until)
        except BaseException:
            self._counted_until = since
            raise
        for platform, seconds in late:
            self._lateness.labels(platform).observe(seconds)

    def time_command(self, platform: str, seconds: float) -> None:
        """One answer was made."""
        self._commands.labels(platform).observe(seconds)

    def count_error(self, logger: str) -> None:
        """One error was logged; what libraries log is one kind."""
        kind = ".".join(logger.split(".")[:2])
        self._errors.labels(kind if kind in _ERROR_KINDS else _OTHER_KIND).inc()


class ErrorCounter(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self, metrics: ProcessMetrics) -> None:
        super().__init__(logging.ERROR)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.count_error(record.name)


class TimedDispatcher(CommandDispatcher):
    """A dispatcher whose answers are timed."""

    metrics: ProcessMetrics | None = None

    async def __call__(self, call: CommandCall) -> View:
        """As the dispatcher's."""
        began = perf_counter()
        try:
            return await super().__call__(call)
        finally:
            if self.metrics is not None:
                self.metrics.time_command(call.chat.platform, perf_counter() - began)
