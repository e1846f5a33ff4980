"""Forty invented papers over the last seven weekdays, for a first look without a network."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib.resources import files

from adapters.huggingface.parser import parse_rows
from bot.papers import PaperListing


def load_sample_papers(today: date) -> list[PaperListing]:
    """The sample as if its newest day were ``today`` (UTC), or the last weekday before it."""
    text = files("adapters.huggingface").joinpath("sample.json").read_text("utf-8")
    listed: list[PaperListing] = []
    for entry in json.loads(text)["days"]:
        papers, _ = parse_rows(entry["rows"], _weekday_before(today, entry["weekdays_ago"]), sample=True)
        listed += papers
    return listed


def _weekday_before(today: date, steps: int) -> date:
    day = today
    while day.weekday() > 4:
        day -= timedelta(days=1)
    for _ in range(steps):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return day
