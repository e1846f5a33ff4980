"""``paperboy fetch``: reads list days now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import click
from rich.progress import Progress

from bot.errors import SourceUnavailable
from bot.ingest.list_days import newest_list_days, weekdays_between
from paperboy.cli.index_progress import index_shown
from paperboy.cli.session import FAILED, console, errors, run_command
from paperboy.container import Parts, open_parts
from paperboy.settings import Settings

MOST_DAYS = 3660


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it like 2026-08-18.", param, ctx)


@click.command()
@click.option("--date", "day", type=Day(), help="This list day only.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="The list days of so many days back.")
def fetch(day: date | None, days: int | None) -> None:
    """Read list days now: today and the two weekdays before, one day, or many."""
    if day and days:
        raise click.UsageError("--date and --days don't go together.")
    run_command(lambda settings: _fetch(settings, day, days))


async def _fetch(settings: Settings, day: date | None, days: int | None) -> int:
    async with open_parts(settings, with_platforms=False) as parts:
        today = parts.clock.now().astimezone(UTC).date()
        if day and day > today:
            raise click.BadParameter(f"{day} is still to come; today is {today} in UTC.", param_hint="--date")
        wanted = _wanted(today, day, days)
        new = skipped = listed = 0
        async with _bars(parts) as progress:
            bar = progress.add_task("reading", total=len(wanted))
            for one in wanted:
                try:
                    read = await parts.gatherer.fetch([one])
                except SourceUnavailable as problem:
                    errors.print(f"{one}: {problem.reason}{_again(problem.retry_at)}", markup=False)
                    return FAILED
                rows = sum(read.counts.values())
                listed, new, skipped = listed + rows, new + read.new, skipped + len(read.skipped)
                progress.advance(bar)
                console.print(f"{one:%a %Y-%m-%d}: {rows} papers, {read.new} new", markup=False)
    console.print(
        f"{listed} papers on {len(wanted)} days, {new} of them new" + (f", {skipped} unreadable" * bool(skipped))
    )
    return 0


@asynccontextmanager
async def _bars(parts: Parts) -> AsyncIterator[Progress]:
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        async with index_shown(lambda: parts.gatherer.indexing, console, progress):
            yield progress


def _wanted(today: date, day: date | None, days: int | None) -> list[date]:
    if day:
        return [day]
    if days:
        return weekdays_between(date.fromordinal(today.toordinal() - days + 1), today)
    return newest_list_days(today, 3)


def _again(moment: datetime | None) -> str:
    return f"; ask again after {moment:%H:%M:%S} UTC" if moment else "; try again later"
