"""How one list day looks at a given moment: all there, growing through the day, or as it was captured."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Growth = Callable[[list[Row], datetime], list[Row]]

# Measured on real days: the first rows come about 02:00 UTC, the last past 17:00, and votes are nearly
# done a day after a paper appeared.
FIRST_ROW = time(2, tzinfo=UTC)
LAST_ROW = time(17, tzinfo=UTC)
VOTING = timedelta(hours=24)


@dataclass(slots=True)
class ListDay:
    """The rows of one day in the order in which they appear, and how much of them is visible when."""

    rows: list[Row]
    growth: Growth = field(default=lambda rows, now: rows)

    def at(self, now: datetime) -> list[Row]:
        return self.growth(self.rows, now)

    def put_first(self, paper_ids: Sequence[str]) -> None:
        """Reorder: these papers appear first, in this order; the others follow in theirs."""
        rank = {paper_id: place for place, paper_id in enumerate(paper_ids)}
        self.rows.sort(key=lambda row: rank.get(paper_of(row).get("id", ""), len(rank)))


def paper_of(row: Row) -> Row:
    """The inner object of a row; empty where a broken row has none."""
    paper = row.get("paper")
    return paper if isinstance(paper, dict) else {}


def votes_of(row: Row) -> int:
    votes = paper_of(row).get("upvotes")
    return votes if isinstance(votes, int) else 0


def with_share_of_votes(row: Row, share: float) -> Row:
    return {**row, "paper": {**paper_of(row), "upvotes": int(votes_of(row) * share)}}


def everything(rows: list[Row], now: datetime) -> list[Row]:
    return rows


def visible_rows(shown: int) -> Growth:
    """The first `shown` rows; the longer a row is there, the nearer it is to its final votes."""

    def growth(rows: list[Row], now: datetime) -> list[Row]:
        share = {place: (shown - place) / max(len(rows), shown) for place in range(min(shown, len(rows)))}
        return [with_share_of_votes(rows[place], part) for place, part in share.items()]

    return growth


def through_the_day(since: datetime, until: datetime) -> Growth:
    """Rows appear one by one at even distances from `since` to `until`; votes rise for 24 hours after that."""

    def growth(rows: list[Row], now: datetime) -> list[Row]:
        step = (until - since) / max(len(rows) - 1, 1)
        appeared = [(row, since + step * place) for place, row in enumerate(rows)]
        return [
            with_share_of_votes(row, min((now - moment) / VOTING, 1.0)) for row, moment in appeared if moment <= now
        ]

    return growth


def as_captured(captures: Mapping[datetime, list[Row]]) -> Growth:
    """The newest capture that is not ahead of `now`; nothing before the first one."""

    def growth(rows: list[Row], now: datetime) -> list[Row]:
        seen = [moment for moment in captures if moment <= now]
        return captures[max(seen)] if seen else []

    return growth


def usual_hours(day: date) -> tuple[datetime, datetime]:
    return datetime.combine(day, FIRST_ROW), datetime.combine(day, LAST_ROW)


def read_days(folder: Path) -> dict[date, ListDay]:
    """`YYYY-MM-DD.json` files, each the bare array that the API answers for that day."""
    return {
        date.fromisoformat(path.stem): ListDay(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("????-??-??.json"))
    }


def read_recaptures(folder: Path) -> dict[date, ListDay]:
    """`DAY__YYYY-MM-DDTHHMMSS.json` files: one day, captured at several moments (UTC) as it grew."""
    captures: dict[date, dict[datetime, list[Row]]] = defaultdict(dict)
    for path in sorted(folder.glob("*__*.json")):
        day, moment = path.stem.split("__")
        at = datetime.strptime(f"{moment}+0000", "%Y-%m-%dT%H%M%S%z")
        captures[date.fromisoformat(day)][at] = json.loads(path.read_text(encoding="utf-8"))
    return {day: ListDay(seen[max(seen)], as_captured(seen)) for day, seen in captures.items()}
