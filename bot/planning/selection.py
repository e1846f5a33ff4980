"""Which papers of a digest come with their summary, in which order the others follow, and how many messages they take.

Pure. The rule is measured on 59 real days: with votes alone one of a chat's topics was missing among the five on 27 to
93 % of the days with more than five papers; with title matches before votes the day's best paper was folded away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.deliveries import Chosen, TopicReasons
from bot.matching import Place
from bot.papers import Paper
from bot.ports import Candidate
from bot.tldr import tldr

SMALLEST_GROUP: Final = 3
OPEN_TITLES: Final = 8
PAPERS_A_REPLY: Final = 12
CHARACTERS_A_REPLY: Final = 8000
_LINKS_AND_FACTS: Final = 160


def choose(candidates: Sequence[Candidate], with_summary: int = 5) -> tuple[Chosen, ...]:
    """All candidates in the digest's order: those with their summary by votes, then the others by topic.

    Up to seven papers: all with their summary. More: five, namely the three with most votes whatever they matched, then
    two for topics not among them (matches in the title only), then votes again. ``with_summary`` scales the five.
    """
    papers = {candidate.paper.id: candidate.paper for candidate in candidates}
    ranked = sorted((_chosen(candidate) for candidate in candidates), key=_by_votes(papers))
    if len(ranked) <= with_summary + 2 * with_summary // 5:
        return tuple(ranked)
    full = _with_summary(ranked, with_summary)
    others = [_title_only(one) for one in ranked if one not in full]
    return (*(one for one in ranked if one in full), *(one for group in title_groups(others) for one in group.chosen))


@dataclass(frozen=True, slots=True)
class TitleGroup:
    """Titles under one topic (as printed), or under '' for the topics with one or two."""

    topic: str
    chosen: tuple[Chosen, ...]


def title_groups(others: Sequence[Chosen]) -> tuple[TitleGroup, ...]:
    """The others by topic, the largest group first, the small ones of several topics joined at the end; each in its own
    order."""
    sizes = Counter(map(main_topic, others))
    large = sorted((topic for topic, size in sizes.items() if size >= SMALLEST_GROUP), key=lambda topic: -sizes[topic])
    groups = [TitleGroup(topic, tuple(one for one in others if main_topic(one) == topic)) for topic in large]
    rest = tuple(one for one in others if main_topic(one) not in large)
    names = set(map(main_topic, rest))
    return (*groups, TitleGroup(names.pop() if len(names) == 1 else "", rest)) if rest else tuple(groups)


def main_topic(chosen: Chosen) -> str:
    """The topic a paper is filed under: the first one that its title shows, else the first ('' if it has none)."""
    return next((topic.topic for topic in (*filter(in_title, chosen.topics), *chosen.topics)), "")


def in_title(topic: TopicReasons) -> bool:
    """Whether the title shows why the paper matches this topic."""
    return any(reason.place is Place.TITLE for reason in topic.reasons)


def topic_counts(chosen: Iterable[Chosen]) -> Mapping[str, int]:
    """How many papers match each topic, most first."""
    return dict(Counter(topic.topic for one in chosen for topic in one.topics).most_common())


def replies(chosen: Sequence[Chosen], papers: Mapping[str, Paper]) -> tuple[tuple[Chosen, ...], ...]:
    """The papers without summary in thread replies, there with it: at most 12 papers or 8,000 characters a reply.

    Slack refuses a message with about 13,200 characters over all blocks (undocumented), once at 11,341.
    """
    parts: list[list[Chosen]] = []
    room = 0
    for one in (one for one in chosen if not one.full):
        size = _characters(papers[one.paper_id])
        if not parts or size > room or len(parts[-1]) == PAPERS_A_REPLY:
            parts.append([])
            room = CHARACTERS_A_REPLY
        parts[-1].append(Chosen(one.paper_id, one.topics, full=True, rose=one.rose))
        room -= size
    return tuple(map(tuple, parts))


def _with_summary(ranked: Sequence[Chosen], places: int) -> list[Chosen]:
    most_votes = places - 2 * places // 5
    full = list(ranked[:most_votes])
    for _ in range(places - most_votes):
        full.append(_for_a_missing_topic(ranked, full) or next(one for one in ranked if one not in full))
    return full


def _for_a_missing_topic(ranked: Sequence[Chosen], full: Sequence[Chosen]) -> Chosen | None:
    """The paper whose title shows most of the topics not there yet, by votes among equals."""
    there = {topic.topic for one in full for topic in one.topics}
    gains = {
        one: sum(topic.topic not in there and in_title(topic) for topic in one.topics)
        for one in ranked
        if one not in full
    }
    best = max(gains, key=lambda one: gains[one], default=None)
    return best if best is not None and gains[best] else None


def _by_votes(papers: Mapping[str, Paper]) -> Callable[[Chosen], tuple[int, bool, str]]:
    return lambda one: (-papers[one.paper_id].upvotes, not any(map(in_title, one.topics)), one.paper_id)


def _chosen(candidate: Candidate) -> Chosen:
    topics = tuple(TopicReasons(topic, reasons) for topic, reasons in candidate.topics)
    return Chosen(candidate.paper.id, topics, rose=candidate.rose)


def _title_only(one: Chosen) -> Chosen:
    return Chosen(one.paper_id, one.topics, full=False, rose=one.rose)


def _characters(paper: Paper) -> int:
    return len(paper.title) + len(tldr(paper)) + _LINKS_AND_FACTS
