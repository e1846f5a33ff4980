"""What Hugging Face's paper endpoints accept and how they order and page their answers."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from tests.fakes.papers_list_days import Row, paper_of, votes_of

DEFAULT_LIMIT = 50


class InvalidParameter(Exception):
    """Answered with status 400; the message says what was wrong."""


def asked_days(query: Mapping[str, str], today: date) -> set[date] | None:
    """The days that `date`, `week` or `month` names; None when none of them was given.

    Raises BadParameter for a malformed value and for one that begins after `today` (UTC).
    """
    for name, span in (("date", one_day), ("week", iso_week), ("month", whole_month)):
        if name in query:
            days = span(query[name])
            if min(days) > today:
                raise InvalidParameter(f'"{name}" is in the future')
            return days
    return None


def one_day(text: str) -> set[date]:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise InvalidParameter('"date" must look like YYYY-MM-DD')
    return {existing(date.fromisoformat, text)}


def iso_week(text: str) -> set[date]:
    found = re.fullmatch(r"(\d{4})-W(\d{2})", text)
    if not found:
        raise InvalidParameter('"week" must look like YYYY-Www')
    monday = existing(date.fromisocalendar, int(found[1]), int(found[2]), 1)
    return {monday + timedelta(days=offset) for offset in range(7)}


def whole_month(text: str) -> set[date]:
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        raise InvalidParameter('"month" must look like YYYY-MM')
    start = existing(date.fromisoformat, f"{text}-01")
    return {start.replace(day=day + 1) for day in range(calendar.monthrange(start.year, start.month)[1])}


def existing(make: Callable[..., date], *parts: str | int) -> date:
    try:
        return make(*parts)
    except ValueError as error:
        raise InvalidParameter(str(error)) from error


def page(rows: list[Row], query: Mapping[str, str], cap: int | None = None) -> list[Row]:
    size = min(whole_number(query, "limit", default=DEFAULT_LIMIT, low=1, high=100), cap or 100)
    start = whole_number(query, "p", default=0, low=0, high=10_000) * size
    return rows[start : start + size]


def whole_number(query: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
        raise InvalidParameter(f'"{name}" must be a whole number from {low} to {high}')
    return int(text)


def ordered(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """Most votes first, which is what `sort=trending` amounts to here; or by arXiv's date, newest first."""
    by = query.get("sort", "trending")
    if by not in ("publishedAt", "trending"):
        raise InvalidParameter('"sort" must be one of publishedAt, trending')
    if by == "publishedAt":
        return sorted(rows, key=lambda row: str(paper_of(row).get("publishedAt", "")), reverse=True)
    return sorted(rows, key=votes_of, reverse=True)


def submitted_by(rows: Iterable[Row], submitter: str | None) -> list[Row]:
    return [row for row in rows if submitter in (None, (row.get("submittedBy") or {}).get("name"))]


def found_by(rows: Iterable[Row], query: Mapping[str, str]) -> list[Row]:
    """A simple search: rows with any of the words, those with most of them first."""
    sought = query.get("q", "")
    if not 1 <= len(sought) <= 250:
        raise InvalidParameter('"q" must have 1 to 250 characters')
    terms = set(re.findall(r"\w+", sought.lower()))
    scored = [(len(terms & terms_of(row)), row) for row in rows]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: pair[0], reverse=True)
    return [row for _, row in best][: whole_number(query, "limit", default=20, low=1, high=120)]


def terms_of(row: Row) -> set[str]:
    paper = paper_of(row)
    return set(re.findall(r"\w+", f"{paper.get('title', '')} {paper.get('summary', '')}".lower()))
