"""``paperboy fetch``: reads list days now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import click
from rich.progress import Progress

from bot.errors import SourceUnavailable
from bot.i18n import LazyText, t, tn
from bot.ingest.ingestor import MAX_FAILURES_IN_A_ROW
from bot.ingest.list_days import newest_list_days, weekdays_between
from paperboy.cli.index_progress import index_progress_shown
from paperboy.cli.session import EXIT_FAILED, console, error_console, print_sentence, run_command
from paperboy.container import App, open_app
from paperboy.settings import Settings

MAX_DAYS = 3660


class DayParameter(click.ParamType[date]):
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
@click.option("--date", "day", type=DayParameter(), help="This list day only.")
@click.option("--days", type=click.IntRange(1, MAX_DAYS), help="The list days of so many days back.")
def fetch(day: date | None, days: int | None) -> None:
    """Read list days now: today and the two weekdays before, one day, or many."""
    if day and days:
        raise click.UsageError("--date and --days don't go together.")
    run_command(lambda settings: _fetch(settings, day, days))


async def _fetch(settings: Settings, day: date | None, days: int | None) -> int:
    async with open_app(settings, with_platforms=False) as parts:
        today = parts.clock.now().astimezone(UTC).date()
        if day and day > today:
            raise click.BadParameter(f"{day} is still to come; today is {today} in UTC.", param_hint="--date")
        wanted = _days_to_fetch(today, day, days)
        new = skipped = listed = 0
        failed = in_a_row = 0
        async with _progress_bars(parts) as progress:
            bar = progress.add_task("reading", total=len(wanted))
            for one in wanted:
                try:
                    read = await parts.ingestor.fetch_days([one])
                except SourceUnavailable as problem:
                    error_console.print(f"{one}: {problem.reason}{_retry_hint(problem.retry_at)}", markup=False)
                    failed, in_a_row = failed + 1, in_a_row + 1
                    progress.advance(bar)
                    if problem.retry_at or in_a_row == MAX_FAILURES_IN_A_ROW:
                        break
                    continue
                in_a_row = 0
                for failure in read.failures:
                    error_console.print(f"{one}: {failure.part}: {failure.reason}", markup=False)
                failed += len(read.failures)
                rows = sum(read.counts.values())
                listed, new, skipped = listed + rows, new + read.new, skipped + len(read.rejected)
                progress.advance(bar)
                print_sentence(_day_sentence(one, rows, read.new))
    summary = [
        tn("{n} paper", "{n} papers", listed),
        tn("on {n} day, {new} of them new", "on {n} days, {new} of them new", len(wanted), new=new),
    ]
    print_sentence(*summary, *([t("({n} unreadable)", n=skipped)] if skipped else []))
    return EXIT_FAILED if failed else 0


@asynccontextmanager
async def _progress_bars(app: App) -> AsyncIterator[Progress]:
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        async with index_progress_shown(lambda: app.ingestor.index_progress, console, progress):
            yield progress


def _days_to_fetch(today: date, day: date | None, days: int | None) -> list[date]:
    if day:
        return [day]
    if days:
        return weekdays_between(date.fromordinal(today.toordinal() - days + 1), today)
    return newest_list_days(today, 3)


def _day_sentence(day: date, rows: int, new: int) -> LazyText:
    return tn("{day}: {n} paper, {new} new", "{day}: {n} papers, {new} new", rows, day=f"{day:%a %Y-%m-%d}", new=new)


def _retry_hint(moment: datetime | None) -> str:
    return f"; ask again after {moment:%H:%M:%S} UTC" if moment else "; try again later"
