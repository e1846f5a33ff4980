"""Which papers of a digest come with their summary, in which order the others follow, and how many messages they take.

Pure. The rule is measured on 59 real days: with votes alone one of a chat's topics was missing among the five on 27 to
93 % of the days with more than five papers; with title matches before votes the day's best paper was folded away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.deliveries import SelectedPaper, TopicReasons
from bot.matching import MatchLocation
from bot.papers import Paper
from bot.ports import Candidate
from bot.tldr import tldr

MIN_GROUP_SIZE: Final = 3
MAX_UNFOLDED_TITLES: Final = 8
MAX_PAPERS_PER_REPLY: Final = 12
MAX_CHARACTERS_PER_REPLY: Final = 8000
_LINKS_AND_FACTS_CHARACTERS: Final = 160


def select_papers(candidates: Sequence[Candidate], summary_count: int = 5) -> tuple[SelectedPaper, ...]:
    """All candidates in the digest's order: those with their summary by votes, then the others by topic.

    Up to seven papers: all with their summary. More: five, namely the three with most votes whatever they matched, then
    two for topics not among them (matches in the title only), then votes again. ``summary_count`` scales the five.
    """
    papers = {candidate.paper.id: candidate.paper for candidate in candidates}
    ranked = sorted((_selected_paper(candidate) for candidate in candidates), key=_ranking_key(papers))
    if len(ranked) <= summary_count + 2 * summary_count // 5:
        return tuple(ranked)
    full = _select_with_summary(ranked, summary_count)
    others = [_without_summary(one) for one in ranked if one not in full]
    return (*(one for one in ranked if one in full), *(one for group in title_groups(others) for one in group.selected))


@dataclass(frozen=True, slots=True)
class TitleGroup:
    """Titles under one topic (as formatted), or under '' for the topics with one or two."""

    topic: str
    selected: tuple[SelectedPaper, ...]


def title_groups(others: Sequence[SelectedPaper]) -> tuple[TitleGroup, ...]:
    """The others by topic, the largest group first, the small ones of several topics joined at the end; each in its own
    order."""
    sizes = Counter(map(main_topic, others))
    large = sorted((topic for topic, size in sizes.items() if size >= MIN_GROUP_SIZE), key=lambda topic: -sizes[topic])
    groups = [TitleGroup(topic, tuple(one for one in others if main_topic(one) == topic)) for topic in large]
    rest = tuple(one for one in others if main_topic(one) not in large)
    names = set(map(main_topic, rest))
    return (*groups, TitleGroup(names.pop() if len(names) == 1 else "", rest)) if rest else tuple(groups)


def main_topic(chosen: SelectedPaper) -> str:
    """The topic a paper is filed under: the first one that its title shows, else the first ('' if it has none)."""
    return next((topic.topic for topic in (*filter(matches_title, chosen.topics), *chosen.topics)), "")


def matches_title(topic: TopicReasons) -> bool:
    """Whether the title shows why the paper matches this topic."""
    return any(reason.place is MatchLocation.TITLE for reason in topic.reasons)


def topic_counts(chosen: Iterable[SelectedPaper]) -> Mapping[str, int]:
    """How many papers match each topic, most first."""
    return dict(Counter(topic.topic for one in chosen for topic in one.topics).most_common())


def thread_pages(chosen: Sequence[SelectedPaper], papers: Mapping[str, Paper]) -> tuple[tuple[SelectedPaper, ...], ...]:
    """The papers without summary, for thread replies where they have it: at most 12 papers or 8,000 characters a reply.

    Slack refuses a message with about 13,200 characters over all blocks (undocumented), once at 11,341.
    """
    parts: list[list[SelectedPaper]] = []
    characters_left = 0
    for one in (one for one in chosen if not one.with_summary):
        size = _character_count(papers[one.paper_id])
        if not parts or size > characters_left or len(parts[-1]) == MAX_PAPERS_PER_REPLY:
            parts.append([])
            characters_left = MAX_CHARACTERS_PER_REPLY
        parts[-1].append(SelectedPaper(one.paper_id, one.topics, with_summary=True, late_match=one.late_match))
        characters_left -= size
    return tuple(map(tuple, parts))


def _select_with_summary(ranked: Sequence[SelectedPaper], count: int) -> list[SelectedPaper]:
    most_votes = count - 2 * count // 5
    full = list(ranked[:most_votes])
    for _ in range(count - most_votes):
        full.append(_best_for_missing_topic(ranked, full) or next(one for one in ranked if one not in full))
    return full


def _best_for_missing_topic(ranked: Sequence[SelectedPaper], full: Sequence[SelectedPaper]) -> SelectedPaper | None:
    """The paper whose title shows most of the topics not there yet, by votes among equals."""
    covered = {topic.topic for one in full for topic in one.topics}
    gains = {
        one: sum(topic.topic not in covered and matches_title(topic) for topic in one.topics)
        for one in ranked
        if one not in full
    }
    best = max(gains, key=lambda one: gains[one], default=None)
    return best if best is not None and gains[best] else None


def _ranking_key(papers: Mapping[str, Paper]) -> Callable[[SelectedPaper], tuple[int, bool, str]]:
    return lambda one: (-papers[one.paper_id].upvotes, not any(map(matches_title, one.topics)), one.paper_id)


def _selected_paper(candidate: Candidate) -> SelectedPaper:
    topics = tuple(TopicReasons(topic, reasons) for topic, reasons in candidate.topics)
    return SelectedPaper(candidate.paper.id, topics, late_match=candidate.late_match)


def _without_summary(one: SelectedPaper) -> SelectedPaper:
    return SelectedPaper(one.paper_id, one.topics, with_summary=False, late_match=one.late_match)


def _character_count(paper: Paper) -> int:
    return len(paper.title) + len(tldr(paper)) + _LINKS_AND_FACTS_CHARACTERS
