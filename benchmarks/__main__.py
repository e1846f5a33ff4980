"""Runs the benchmarks: ``python -m benchmarks [NAME...]``, all of them without a name."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console

from benchmarks.comparison import Comparison, show
from benchmarks.harness import Harness, data_folder


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module of this package with ``run(bench)``; ``needs`` names the folder of PAPERBOY_DATA it can't do without."""

    name: str
    description: str
    required_data: str = ""

    def run(self, bench: Harness) -> Iterator[Comparison]:
        comparisons: Iterator[Comparison] = import_module(f"benchmarks.{self.name}").run(bench)
        return comparisons

    def lacks_data(self, data: Path | None) -> bool:
        return bool(self.required_data) and (data is None or not (data / self.required_data).is_dir())


BENCHMARKS = (
    Benchmark("start", "time to the first answer and memory with 10,000 papers, beside an echo bot"),
    Benchmark("search", "CPU time of the index and of the whole /search, beside plain SQLite FTS5"),
    Benchmark("planning", "planning 10,000 due chats, beside 1,000 and beside a transaction for each chat"),
    Benchmark("zones", "every due moment of a year in every zone at eight hours, beside cron triggers in those zones"),
    Benchmark("sending", "2,000 digests through the outbox, beside a bare loop; the pace; paid broadcast"),
    Benchmark("flood", "100,000 digests due at once: memory, and what a person waits, beside 1,000"),
    Benchmark("workers", "one, two and four workers on PostgreSQL: throughput and lateness"),
    Benchmark(
        "kills", "fifty kills on each engine while everything else goes wrong as well: what was lost or came twice"
    ),
    Benchmark("idle", "CPU and memory of ten minutes without a word, beside an echo bot"),
    Benchmark("topics", "100 new papers for 100,000 followed topics, beside fewer topics and a plain loop"),
    Benchmark("archive", "the search index of 200,000 papers, made and opened, beside plain SQLite FTS5"),
    Benchmark("ranking", "how well a search ranks, beside plain SQLite FTS5", required_data="collections"),
    Benchmark("meaning", "what the sentence model adds to a search, and its CPU time", required_data="collections"),
    Benchmark("relevance", "how well the rule decides, beside a plain rule on stems", required_data="relevance"),
)
NAMES = [benchmark.name for benchmark in BENCHMARKS]
# Modules of the package that are run by themselves and measure nothing.
TOOLS = {"word_counts": "writes the table of word counts that the rule ships with"}

console = Console(width=100, highlight=False)


def _listing() -> str:
    """The names and what they are, for the help; click leaves the lines of a paragraph alone after a backspace."""
    benchmarks = [f"{one.name:10} {one.description}" for one in BENCHMARKS]
    tools = [f"python -m benchmarks.{name}  {what}" for name, what in TOOLS.items()]
    return "\n\n".join("\b\n" + "\n".join(lines) for lines in (benchmarks, tools))


@click.command(epilog=_listing())
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
def main(names: tuple[str, ...]) -> None:
    """Measure time, memory and quality, each figure beside a yardstick in the same run. All, or those NAMEd:"""
    logging.disable(logging.WARNING)
    data = data_folder()
    chosen = [one for one in BENCHMARKS if one.name in names or not names]
    with tempfile.TemporaryDirectory() as folder:
        bench = Harness(Path(folder), data)
        for benchmark in chosen:
            _run(benchmark, bench)


def _run(benchmark: Benchmark, bench: Harness) -> None:
    if benchmark.lacks_data(bench.data):
        console.print(f"\n{benchmark.name}: needs {benchmark.required_data}/ in the folder that PAPERBOY_DATA names")
        return
    began = time.monotonic()
    for comparison in benchmark.run(bench):
        show(comparison, console)
    console.print(f"({benchmark.name}: {time.monotonic() - began:.0f} s)", style="dim")


if __name__ == "__main__":
    main()
