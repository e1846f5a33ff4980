"""The topics a newcomer can tap, each with what it brought last week."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.commands.alternatives import price
from bot.sentences import Sentence, say
from bot.topics.parse import parse

if TYPE_CHECKING:
    from bot.commands.services import Services

WEEK = timedelta(days=6)
PATIENCE = 2.5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PopularTopic:
    """A topic worth offering: what is followed, and the short name on its button (at most 10 characters)."""

    topic: str
    label: Sentence


# Measured on 59 real days: the subjects with the most papers, chosen so that few papers fall under two of them.
POPULAR = (
    PopularTopic("LLM agents", say("Agents")),
    PopularTopic("reasoning", say("Reasoning")),
    PopularTopic("vision language model", say("VLMs")),
    PopularTopic("diffusion", say("Diffusion")),
    PopularTopic("video generation", say("Video")),
    PopularTopic("reinforcement learning", say("RL")),
    PopularTopic("world model", say("Worlds")),
    PopularTopic("robotics", say("Robotics")),
    PopularTopic("speech", say("Speech")),
)


@dataclass(slots=True)
class WeekCounts:
    """How many papers topics brought in the last seven days, each counted once a day and for as many papers.

    Nobody waits longer than ``patience`` (seconds) for it: the counting goes on, and who asks again finds it done.
    """

    patience: float = PATIENCE
    _of: tuple[int, date] | None = None
    _counts: dict[str, int] = field(default_factory=dict)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: set[asyncio.Task[Mapping[str, int]]] = field(default_factory=set)

    async def of(self, services: Services, topics: Sequence[str], today: date) -> Mapping[str, int]:
        """By topic as given, each as it would be followed; {} where that takes too long."""
        counting = asyncio.create_task(self._count(services, topics, today))
        self._running.add(counting)
        counting.add_done_callback(self._ended)
        done, _ = await asyncio.wait([counting], timeout=self.patience)
        return counting.result() if done else {}

    def _ended(self, counting: asyncio.Task[Mapping[str, int]]) -> None:
        self._running.discard(counting)
        if not counting.cancelled() and (problem := counting.exception()):
            log.debug("counting ended: %r", problem)

    async def _count(self, services: Services, topics: Sequence[str], today: date) -> Mapping[str, int]:
        async with self._one_at_a_time:
            async with services.storage.read() as work:
                now = ((await work.papers.archive()).papers, today)
                if self._of != now:
                    self._of, self._counts = now, {}
                missing = [topic for topic in topics if topic not in self._counts]
                listed = await work.papers.listed_between(today - WEEK, today) if missing else []
            week = [paper for paper in listed if paper.listed_on >= today - WEEK]
            for text in missing:
                topic = (await services.expanded(parse(text), today)).topic
                self._counts[text] = await asyncio.to_thread(price, topic, week)
            return {topic: self._counts[topic] for topic in topics}
