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
from benchmarks.harness import Harness
from benchmarks.stem_baseline import StemBaseline
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.synonym_expansion import expand_synonyms
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.ast import MatchLevel, Subject, Topic
from bot.topics.simplify import any_of

Rule = Callable[[str, Paper], bool]

BASELINE_NAME = "rule N"
ACRONYM_BASELINE_NAME = "rule N with acronyms"
_LABELLED_SETS = ("relevance", "relevance2")
_RESAMPLED = 2000
_MIDDLE = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class ConfusionCounts:
    """Of one rule: wanted papers it takes, others it takes, wanted ones it misses."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        return self.true_positives / (self.true_positives + self.false_positives or 1)

    @property
    def recall(self) -> float:
        return self.true_positives / (self.true_positives + self.false_negatives or 1)

    @property
    def f1(self) -> float:
        return 2 * self.true_positives / (2 * self.true_positives + self.false_positives + self.false_negatives or 1)


@dataclass(frozen=True)
class LabelledPapers:
    """Papers, and for each topic the ids that belong and those that don't count."""

    papers: Sequence[Paper]
    topics: Mapping[str, Mapping[str, Sequence[str]]]

    @cached_property
    def names(self) -> list[str]:
        return list(self.topics)

    def count_by_topic(self, rule: Rule) -> dict[str, ConfusionCounts]:
        """By topic."""
        return {topic: self._judged(topic, rule) for topic in self.topics}

    def _judged(self, topic: str, rule: Rule) -> ConfusionCounts:
        wanted, open_ = set(self.topics[topic]["2"]), set(self.topics[topic].get("1", ()))
        said = {paper.id for paper in self.papers if rule(topic, paper)} - open_
        return ConfusionCounts(len(said & wanted), len(said - wanted), len(wanted - said))


def labels_in(folder: Path) -> LabelledPapers:
    rows = [json.loads(line) for line in (folder / "papers.jsonl").read_text(encoding="utf-8").splitlines()]
    papers = [Paper(row["id"], row["title"], row["abstract"], date(2026, 1, 1)) for row in rows]
    return LabelledPapers(papers, json.loads((folder / "labels.json").read_text(encoding="utf-8")))


def relevant_and_ignored(label: str) -> list[str]:
    return [side.strip() for side in label.split("/")]


def rule_at_level(level: MatchLevel, *, names: bool) -> Rule:
    """Ours, with or without the names that a subscriber would get."""
    made: dict[str, Topic] = {}

    def about(label: str, paper: Paper) -> bool:
        if label not in made:
            typed = Topic(any_of(map(Subject, relevant_and_ignored(label))), level)
            made[label] = expand_synonyms(typed, load_bundled_catalogue()).topic if names else typed
        return decide(made[label], paper).is_match

    return about


def baseline_rules(papers: Sequence[Paper], *, acronyms: bool) -> Rule:
    rule = StemBaseline(papers, acronyms=acronyms)
    return lambda label, paper: any(rule.matches(side, paper) for side in relevant_and_ignored(label))


def pooled(judged: Mapping[str, ConfusionCounts], topics: Sequence[str]) -> ConfusionCounts:
    """All decisions on these topics as one; a topic drawn twice counts twice."""
    each = [judged[topic] for topic in topics]
    return ConfusionCounts(
        sum(one.true_positives for one in each),
        sum(one.false_positives for one in each),
        sum(one.false_negatives for one in each),
    )


def bootstrap_interval(
    ours: Mapping[str, ConfusionCounts], theirs: Mapping[str, ConfusionCounts], topics: Sequence[str]
) -> tuple[float, float]:
    """Where 95 % of the differences in F1 lie when topics are drawn anew with replacement."""
    dice = random.Random(1)
    draws = (dice.choices(topics, k=len(topics)) for _ in range(_RESAMPLED))
    gains = sorted(pooled(ours, drawn).f1 - pooled(theirs, drawn).f1 for drawn in draws)
    low, high = (gains[int(share * _RESAMPLED)] for share in _MIDDLE)
    return low, high


def leave_one_out(
    ours: Mapping[str, ConfusionCounts], theirs: Mapping[str, ConfusionCounts], topics: Sequence[str]
) -> list[float]:
    """The gains in F1 with one topic after the other left out: none of them carries the result."""
    left = ([topic for topic in topics if topic != out] for out in topics)
    return [pooled(ours, rest).f1 - pooled(theirs, rest).f1 for rest in left]


def measure(folder: Path) -> tuple[LabelledPapers, dict[str, dict[str, ConfusionCounts]]]:
    labels = labels_in(folder)
    rules = {
        BASELINE_NAME: baseline_rules(labels.papers, acronyms=False),
        ACRONYM_BASELINE_NAME: baseline_rules(labels.papers, acronyms=True),
        "normal, words only": rule_at_level(MatchLevel.NORMAL, names=False),
        **{str(level): rule_at_level(level, names=True) for level in MatchLevel},
    }
    return labels, {name: labels.count_by_topic(rule) for name, rule in rules.items()}


def run(bench: Harness) -> Iterator[Comparison]:
    from benchmarks.daily_labels import labelled_daily_papers
    from benchmarks.decision_weights import compare_weights, silver_pairs
    from benchmarks.relevance_clauses import compare_clauses

    assert bench.data, "the runner saw to it"
    labels, judged = measure(bench.data / "relevance")
    for plain_rule in (BASELINE_NAME, ACRONYM_BASELINE_NAME):
        figures = [
            figure
            for name, ours in judged.items()
            if name not in (BASELINE_NAME, ACRONYM_BASELINE_NAME)
            for figure in _figures(name, pooled(ours, labels.names), pooled(judged[plain_rule], labels.names))
        ]
        title = f"relevance: decisions on papers labelled by reading{_spread(judged, plain_rule, labels.names)}"
        yield Comparison(title, "Paperboy", plain_rule, figures)
    sets = {name: labels_in(folder) for name in _LABELLED_SETS if (folder := bench.data / name).exists()}
    if (days := bench.data / "daily_papers").exists():
        sets["daily papers"] = labelled_daily_papers(days)
        yield _compare_levels(sets["daily papers"], "daily papers, labelled before the rule was seen")
    for name, labelled in sets.items():
        yield compare_clauses(labelled, name)
    keywords = bench.data / "collections" / "hf_kw"
    yield from compare_weights(sets, silver_pairs(keywords) if keywords.exists() else None)


def _compare_levels(labels: LabelledPapers, name: str) -> Comparison:
    plain = pooled(labels.count_by_topic(baseline_rules(labels.papers, acronyms=True)), labels.names)
    rules = {str(level): rule_at_level(level, names=True) for level in MatchLevel}
    rules["normal, words only"] = rule_at_level(MatchLevel.NORMAL, names=False)
    ours = {said: pooled(labels.count_by_topic(rule), labels.names) for said, rule in rules.items()}
    figures = [figure for said, judged in ours.items() for figure in _figures(said, judged, plain)]
    return Comparison(name, "Paperboy", ACRONYM_BASELINE_NAME, figures)


def _figures(name: str, ours: ConfusionCounts, theirs: ConfusionCounts) -> list[Figure]:
    return [
        Figure(f"{name}: precision", ours.precision, theirs.precision),
        Figure(f"{name}: recall", ours.recall, theirs.recall),
        Figure(f"{name}: F1", ours.f1, theirs.f1),
    ]


def _spread(judged: Mapping[str, Mapping[str, ConfusionCounts]], plain_rule: str, topics: Sequence[str]) -> str:
    ours, theirs = judged[MatchLevel.NORMAL], judged[plain_rule]
    low, high = bootstrap_interval(ours, theirs, topics)
    gains = leave_one_out(ours, theirs, topics)
    return (
        f"\nF1 of normal minus {plain_rule}: 95 % of draws of topics {low:+.2f} to {high:+.2f};"
        f"\nwithout any one topic {min(gains):+.2f} to {max(gains):+.2f}"
    )
