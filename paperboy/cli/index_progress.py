"""How far the search index is while it is being made: a bar on a terminal, a line for each tenth elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.ingest.index_sync import IndexProgress

_REFRESH_SECONDS: Final = 0.2  # seconds
_LABEL: Final = "search index"

ProgressReader = Callable[[], IndexProgress | None]


@asynccontextmanager
async def index_progress_shown(
    look: ProgressReader, where: Console, bars: Progress | None = None
) -> AsyncIterator[None]:
    """Shows it inside. ``bars`` are those that stand on the terminal already: it has room for one display only."""
    showing = asyncio.create_task(show_index_progress(look, where, bars))
    try:
        yield
    finally:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing


async def show_index_progress(
    look: ProgressReader, where: Console, bars: Progress | None = None, every: float = _REFRESH_SECONDS
) -> None:
    """Shows it whenever the index is being made, until cancelled."""
    shown = _ProgressBar(where, bars) if where.is_terminal else _ProgressLines(where)
    try:
        while True:
            shown.show(look())
            await asyncio.sleep(every)
    finally:
        shown.show(None)


class _ProgressBar:
    def __init__(self, where: Console, bars: Progress | None) -> None:
        self._own = bars is None
        self._bars = bars or Progress(
            TextColumn(_LABEL), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=where, transient=True
        )
        self._task: TaskID | None = None

    def show(self, indexing: IndexProgress | None) -> None:
        if indexing is None:
            self._end()
            return
        if self._task is None:
            self._task = self._bars.add_task(_LABEL, total=indexing.paper_count)
            if self._own:
                self._bars.start()
        self._bars.update(self._task, completed=indexing.indexed, total=indexing.paper_count)

    def _end(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
            if self._own:
                self._bars.stop()


class _ProgressLines:
    def __init__(self, where: Console) -> None:
        self._where = where
        self._tenth = -1

    def show(self, indexing: IndexProgress | None) -> None:
        if indexing is None:
            self._tenth = -1
            return
        tenth = 10 * indexing.indexed // max(indexing.paper_count, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            self._where.print(f"{_LABEL}: {indexing.indexed:,} of {indexing.paper_count:,} papers", markup=False)
