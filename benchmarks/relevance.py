"""How well the rule decides, beside a plain rule on stems, on papers labelled by reading.

Reads ``relevance/papers.jsonl`` {id, title, abstract} and ``relevance/labels.json`` {topic: {"2": ids a follower wants,
"1": borderline ids, not counted}}; a slash in a topic means either. Topics get the names that a subscriber would get.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from benchmarks.comparison import Comparison, Figure
from benchmarks.harness import Workbench
from benchmarks.stem_baseline import RuleN
from bot.matching.catalogue.catalogue import shipped
from bot.matching.catalogue.synonym_expansion import expanded
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.ast import MatchLevel, Subject, Topic
from bot.topics.simplify import any_of

Rule = Callable[[str, Paper], bool]

YARDSTICK = "rule N"
FOLDED = "rule N with acronyms"
_RESAMPLED = 2000
_MIDDLE = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Judged:
    """Of one rule: wanted papers it takes, others it takes, wanted ones it misses."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong or 1)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed or 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed or 1)


@dataclass(frozen=True)
class Labels:
    """Papers, and for each topic the ids that belong and those that don't count."""

    papers: Sequence[Paper]
    topics: Mapping[str, Mapping[str, Sequence[str]]]

    @cached_property
    def names(self) -> list[str]:
        return list(self.topics)

    def judged(self, rule: Rule) -> dict[str, Judged]:
        """By topic."""
        return {topic: self._judged(topic, rule) for topic in self.topics}

    def _judged(self, topic: str, rule: Rule) -> Judged:
        wanted, open_ = set(self.topics[topic]["2"]), set(self.topics[topic].get("1", ()))
        said = {paper.id for paper in self.papers if rule(topic, paper)} - open_
        return Judged(len(said & wanted), len(said - wanted), len(wanted - said))


def labels_in(folder: Path) -> Labels:
    rows = [json.loads(line) for line in (folder / "papers.jsonl").read_text(encoding="utf-8").splitlines()]
    papers = [Paper(row["id"], row["title"], row["abstract"], date(2026, 1, 1)) for row in rows]
    return Labels(papers, json.loads((folder / "labels.json").read_text(encoding="utf-8")))


def sides(label: str) -> list[str]:
    return [side.strip() for side in label.split("/")]


def rule_at(level: MatchLevel, papers: Sequence[Paper], *, names: bool) -> Rule:
    """Ours, with or without the names that a subscriber would get."""
    made: dict[str, Topic] = {}

    def about(label: str, paper: Paper) -> bool:
        if label not in made:
            typed = Topic(any_of(map(Subject, sides(label))), level)
            made[label] = expanded(typed, shipped(), papers).topic if names else typed
        return decide(made[label], paper).yes

    return about


def plain(papers: Sequence[Paper], *, acronyms: bool) -> Rule:
    rule = RuleN(papers, acronyms=acronyms)
    return lambda label, paper: any(rule.about(side, paper) for side in sides(label))


def together(judged: Mapping[str, Judged], topics: Sequence[str]) -> Judged:
    """All decisions on these topics as one; a topic drawn twice counts twice."""
    each = [judged[topic] for topic in topics]
    return Judged(sum(one.right for one in each), sum(one.wrong for one in each), sum(one.missed for one in each))


def interval(ours: Mapping[str, Judged], theirs: Mapping[str, Judged], topics: Sequence[str]) -> tuple[float, float]:
    """Where 95 % of the differences in F1 lie when topics are drawn anew with replacement."""
    dice = random.Random(1)
    draws = (dice.choices(topics, k=len(topics)) for _ in range(_RESAMPLED))
    gains = sorted(together(ours, drawn).f1 - together(theirs, drawn).f1 for drawn in draws)
    low, high = (gains[int(share * _RESAMPLED)] for share in _MIDDLE)
    return low, high


def without_each(ours: Mapping[str, Judged], theirs: Mapping[str, Judged], topics: Sequence[str]) -> list[float]:
    """The gains in F1 with one topic after the other left out: none of them carries the result."""
    left = ([topic for topic in topics if topic != out] for out in topics)
    return [together(ours, rest).f1 - together(theirs, rest).f1 for rest in left]


def measure(folder: Path) -> tuple[Labels, dict[str, dict[str, Judged]]]:
    labels = labels_in(folder)
    rules = {
        YARDSTICK: plain(labels.papers, acronyms=False),
        FOLDED: plain(labels.papers, acronyms=True),
        "normal, words only": rule_at(MatchLevel.NORMAL, labels.papers, names=False),
        **{str(level): rule_at(level, labels.papers, names=True) for level in MatchLevel},
    }
    return labels, {name: labels.judged(rule) for name, rule in rules.items()}


def run(bench: Workbench) -> Iterator[Comparison]:
    assert bench.data, "the runner saw to it"
    labels, judged = measure(bench.data / "relevance")
    for plain_rule in (YARDSTICK, FOLDED):
        figures = [
            figure
            for name, ours in judged.items()
            if name not in (YARDSTICK, FOLDED)
            for figure in _figures(name, together(ours, labels.names), together(judged[plain_rule], labels.names))
        ]
        title = f"relevance: decisions on papers labelled by reading{_spread(judged, plain_rule, labels.names)}"
        yield Comparison(title, "Paperboy", plain_rule, figures)


def _figures(name: str, ours: Judged, theirs: Judged) -> list[Figure]:
    return [
        Figure(f"{name}: precision", ours.precision, theirs.precision),
        Figure(f"{name}: recall", ours.recall, theirs.recall),
        Figure(f"{name}: F1", ours.f1, theirs.f1),
    ]


def _spread(judged: Mapping[str, Mapping[str, Judged]], plain_rule: str, topics: Sequence[str]) -> str:
    ours, theirs = judged[MatchLevel.NORMAL], judged[plain_rule]
    low, high = interval(ours, theirs, topics)
    gains = without_each(ours, theirs, topics)
    return (
        f"\nF1 of normal minus {plain_rule}: 95 % of draws of topics {low:+.2f} to {high:+.2f};"
        f"\nwithout any one topic {min(gains):+.2f} to {max(gains):+.2f}"
    )
