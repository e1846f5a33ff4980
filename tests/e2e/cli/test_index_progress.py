"""While the search index is made, people see how far it is, and get answers."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator

from rich.console import Console
from rich.progress import Progress

from bot.ingest.index_sync import IndexProgress
from paperboy.cli.index_progress import ProgressReader, index_progress_shown, show_index_progress

STEPS = (
    None,
    IndexProgress(950, 1000),
    IndexProgress(949, 1000),
    IndexProgress(500, 1000),
    IndexProgress(1, 1000),
    None,
)


def looking() -> tuple[ProgressReader, asyncio.Event]:
    """One step at each look; the event comes after the last."""
    steps: Iterator[IndexProgress | None] = iter(STEPS)
    seen = asyncio.Event()

    def look() -> IndexProgress | None:
        try:
            return next(steps)
        except StopIteration:
            seen.set()
            return None

    return look, seen


async def shown(console: Console, bars: Progress | None = None) -> str:
    look, seen = looking()
    showing = asyncio.create_task(show_index_progress(look, console, bars, every=0))
    async with asyncio.timeout(120):
        await seen.wait()
    showing.cancel()
    await asyncio.wait([showing])
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=100, highlight=False)


async def test_elsewhere_a_line_for_each_tenth() -> None:
    assert (await shown(a_console(terminal=False))).splitlines() == [
        "search index: 50 of 1,000 papers",
        "search index: 500 of 1,000 papers",
        "search index: 999 of 1,000 papers",
    ]


async def test_on_a_terminal_a_bar_that_goes_when_it_is_done() -> None:
    said = await shown(a_console(terminal=True))
    assert "search index" in said
    assert "1000" in said


async def test_beside_another_bar_it_stands_in_the_same_display() -> None:
    console = a_console(terminal=True)
    with Progress(console=console) as bars:
        bars.add_task("reading", total=3)
        await shown(console, bars)
        assert [task.description for task in bars.tasks] == ["reading"]


async def test_inside_it_is_shown_and_afterwards_the_terminal_is_free_again() -> None:
    console = a_console(terminal=True)
    looked = asyncio.Event()

    def look() -> IndexProgress:
        looked.set()
        return IndexProgress(1, 2)

    async with index_progress_shown(look, console):
        await looked.wait()
    with Progress(console=console) as another:
        assert not another.tasks
