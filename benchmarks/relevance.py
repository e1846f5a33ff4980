"""How well the rule decides, beside a plain yardstick, on papers labelled by reading.

Reads ``relevance/papers.jsonl`` {id, title, abstract} and ``relevance/labels.json`` {topic: {"2": ids a follower wants,
"1": borderline ids, not counted}}; a slash in a topic means either.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from benchmarks.comparison import Comparison, Figure
from benchmarks.workbench import Workbench
from bot.matching.acronyms import content
from bot.matching.forms import form, stem
from bot.matching.rule import decide
from bot.papers import Paper
from bot.topics.normal import any_of
from bot.topics.tree import Any, MatchLevel, Subject, Topic
from bot.topics.words import WORD

Rule = Callable[[Topic, Paper], bool]

YARDSTICK = "all words, as stems"


@dataclass(frozen=True)
class Scores:
    """Of one rule over all labelled pairs; ``mean_f1`` is the mean over topics."""

    precision: float
    recall: float
    f1: float
    mean_f1: float


def topic_of(label: str, level: MatchLevel) -> Topic:
    words = label.split()
    if "/" not in label:
        return Topic(Subject(label), level)
    if " / " in label:
        first, second = label.split(" / ")
        return Topic(any_of([Subject(f"{first} {words[-1]}"), Subject(second)]), level)
    before, _, after = label.partition("/")
    return Topic(any_of([Subject(before), Subject(after)]), level)


def all_words(key: Callable[[str], str]) -> Rule:
    """Every word of the topic anywhere in the paper, compared by ``key``."""

    def holds(topic: Topic, paper: Paper) -> bool:
        words = {key(word) for word in words_of(paper)}
        either = topic.expression.parts if isinstance(topic.expression, Any) else (topic.expression,)
        subjects = [part.words for part in either if isinstance(part, Subject)]
        return any({key(word) for word in content(subject)} <= words for subject in subjects)

    return holds


def words_of(paper: Paper) -> list[str]:
    return [form(part) for word in WORD.findall(f"{paper.title} {paper.abstract}") for part in word.split("-")]


def score(rule: Rule, level: MatchLevel, papers: list[Paper], labels: dict[str, dict[str, list[str]]]) -> Scores:
    right = wrong = missed = 0
    f1s = []
    for label, judged in labels.items():
        topic = topic_of(label, level)
        said = {paper.id for paper in papers if rule(topic, paper)} - set(judged.get("1", ()))
        wanted = set(judged["2"])
        tp, fp, fn = len(said & wanted), len(said - wanted), len(wanted - said)
        right, wrong, missed = right + tp, wrong + fp, missed + fn
        f1s.append(2 * tp / (2 * tp + fp + fn or 1))
    precision, recall = right / (right + wrong or 1), right / (right + missed or 1)
    return Scores(precision, recall, 2 * right / (2 * right + wrong + missed or 1), sum(f1s) / len(f1s))


def measure(folder: Path) -> dict[str, Scores]:
    rows = [json.loads(line) for line in (folder / "papers.jsonl").read_text(encoding="utf-8").splitlines()]
    papers = [Paper(row["id"], row["title"], row["abstract"], date(2026, 1, 1)) for row in rows]
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))

    def ours(topic: Topic, paper: Paper) -> bool:
        return decide(topic, paper).yes

    return {
        "all words, as forms": score(all_words(str), MatchLevel.NORMAL, papers, labels),
        YARDSTICK: score(all_words(stem), MatchLevel.NORMAL, papers, labels),
        **{f"rule, {level}": score(ours, level, papers, labels) for level in MatchLevel},
    }


def run(bench: Workbench) -> Iterator[Comparison]:
    assert bench.data, "the runner saw to it"
    found = measure(bench.data / "relevance")
    plain = asdict(found[YARDSTICK])
    figures = [
        Figure(f"{name}: {what.replace('_', ' ')}", value, plain[what])
        for name, scores in found.items()
        if name.startswith("rule")
        for what, value in asdict(scores).items()
    ]
    yield Comparison("relevance: decisions on papers labelled by reading", "Paperboy", YARDSTICK, figures)
