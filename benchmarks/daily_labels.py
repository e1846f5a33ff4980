"""Eighty Daily Papers of the summer of 2026, labelled for 36 topics by reading, before anybody saw what the rule says.

``relevance_labels.json`` holds ids, list days and labels; the texts are those of ``daily_papers/DAY.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.relevance import LabelledPapers
from bot.papers import Paper

LABELS = Path(__file__).with_name("relevance_labels.json")


def labelled_daily_papers(folder: Path) -> LabelledPapers:
    """The labels with the texts that the folder of list days has."""
    stored = json.loads(LABELS.read_text(encoding="utf-8"))
    days: dict[str, str] = stored["papers"]
    found = {paper.id: paper for day in sorted(set(days.values())) for paper in _papers_of_day(folder, day)}
    return LabelledPapers([found[each] for each in days], stored["topics"])


def _papers_of_day(folder: Path, day: str) -> Iterator[Paper]:
    for row in json.loads((folder / f"{day}.json").read_text(encoding="utf-8")):
        paper = row["paper"]
        yield Paper(paper["id"], paper["title"], paper["summary"], date.fromisoformat(day))
