"""What topics brought last week, for the buttons that offer them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.matching.prefilter.topic_variants import count_matches
from bot.ports import Storage
from bot.topics import Topic
from bot.topics.parser import parse

COUNTED_PERIOD = timedelta(days=6)
MAX_WAIT_SECONDS = 2.5

#: The topic as it is followed: with the names that count for it.
ExpandTopic = Callable[[Topic], Topic]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class WeeklyCounts:
    """How many papers topics brought in the last seven days, each counted once a day and for as many papers.

    Nobody waits longer than ``max_wait`` (seconds) for it: the counting goes on, and who asks again finds it done.
    """

    max_wait: float = MAX_WAIT_SECONDS
    _valid_for: tuple[date, Mapping[date, int]] | None = None
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: set[asyncio.Task[Mapping[str, int]]] = field(default_factory=set)

    async def count_topics(
        self, storage: Storage, expand: ExpandTopic, topics: Sequence[str], today: date
    ) -> Mapping[str, int]:
        """By topic as given, each as ``expand`` says that it would be followed; {} where that takes too long."""
        counting = asyncio.create_task(self._count(storage, expand, topics, today))
        self._running.add(counting)
        counting.add_done_callback(self._on_counted)
        done, _ = await asyncio.wait([counting], timeout=self.max_wait)
        return counting.result() if done else {}

    def _on_counted(self, counting: asyncio.Task[Mapping[str, int]]) -> None:
        self._running.discard(counting)
        if not counting.cancelled() and (problem := counting.exception()):
            log.debug("counting ended: %r", problem)

    async def _count(
        self, storage: Storage, expand: ExpandTopic, topics: Sequence[str], today: date
    ) -> Mapping[str, int]:
        async with self._lock:
            async with storage.read() as work:
                # Lists that are older than the week don't change what the week brought.
                now = today, await work.papers.count_listed(today - COUNTED_PERIOD, today)
                if self._valid_for != now:
                    self._valid_for, self._counts = now, {}
                missing = [topic for topic in topics if topic not in self._counts]
                listed = await work.papers.listed_between(today - COUNTED_PERIOD, today) if missing else []
            week = [paper for paper in listed if paper.list_day() >= today - COUNTED_PERIOD]
            for text in missing:
                topic = expand(parse(text))
                self._counts[text] = await asyncio.to_thread(count_matches, topic, week)
            return {topic: self._counts[topic] for topic in topics}
