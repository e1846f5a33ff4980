"""The topics a newcomer can tap, each with what it brought last week."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.digests.deciding import matches
from bot.ports import PaperIndex, Storage
from bot.sentences import Sentence, say
from bot.topics.parse import parse

KEPT_FOR = timedelta(hours=1)
WEEK = timedelta(days=6)


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


@dataclass(frozen=True, slots=True)
class _Counted:
    at: datetime
    papers: int
    counts: Mapping[str, int]

    def fresh(self, now: datetime, papers: int) -> bool:
        """Less than an hour old, of the same day and the same papers."""
        return self.papers == papers and self.at.date() == now.date() and now - self.at < KEPT_FOR


@dataclass(slots=True)
class Popular:
    """Counts the popular topics over the last seven days, at most once an hour unless papers arrive."""

    topics: tuple[PopularTopic, ...] = POPULAR
    _counted: _Counted | None = field(default=None)

    async def last_week(self, storage: Storage, index: PaperIndex, now: datetime) -> Mapping[str, int]:
        """How many papers of the last seven days each topic would have brought, by topic."""
        async with storage.read() as work:
            papers = (await work.papers.archive()).papers
        if self._counted is not None and self._counted.fresh(now, papers):
            return self._counted.counts
        names = [each.topic for each in self.topics]
        counts = await asyncio.gather(*(_count(storage, index, name, now.date()) for name in names))
        self._counted = _Counted(now, papers, dict(zip(names, counts, strict=True)))
        return self._counted.counts


async def _count(storage: Storage, index: PaperIndex, topic: str, today: date) -> int:
    return len(await matches(storage, index, parse(topic), today - WEEK, today))
