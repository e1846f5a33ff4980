"""The day's papers for many followed topics on SQLite, beside a plain loop, a tenth of the topics, and more followers.

    python -m benchmarks.topics FOLDER TOPICS [FOLLOWERS FILE]

decides them in a process of its own, so that its memory is its own, and prints what it took as JSON; with FILE, where
the topics stand, it makes the database for that.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import synthetic_papers
from benchmarks.comparison import Comparison, Figure
from benchmarks.followed_topics import NEW_PAPERS, new_papers, prepare, url, write
from benchmarks.harness import NOW, Workbench, data_folder, texts
from benchmarks.loop_blocking import holding
from benchmarks.memory import peak_mb
from bot.decisions.materializer import decide_followed
from bot.matching.prefilter.batch import decide_all
from bot.matching.rule.decide import decide
from bot.matching.text.tokenizer import read
from bot.papers import Paper
from bot.topics.parser import parse
from storage.database import Database

FEW, MANY, MOST = 1_000, 10_000, 100_000
FOLLOWERS = 20
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Decided:
    """What the papers took: decisions stored, seconds of CPU, the most memory (MB) before and after, the longest that
    the event loop was held (ms), and the CPU of a call that finds nothing to do."""

    decisions: int
    cpu: float
    memory_before: float
    memory: float
    held: float
    idle: float


def run(bench: Workbench) -> Iterator[Comparison]:
    names = bench.folder / "topics.txt"
    write(names, MOST, texts(bench.data))
    plain, warm = _plain_loop(names, bench)
    few, many, most = (_decided(names, count) for count in (FEW, MANY, MOST))
    figures = [
        Figure("CPU, texts read for each pair", many.cpu, plain * MANY, "s"),
        Figure("CPU, everything read once before", many.cpu, warm * MANY, "s"),
    ]
    yield Comparison(f"{NEW_PAPERS} new papers, {MANY:,} followed topics", "Paperboy", "plain loop", figures)
    yield _beside(MANY, many, FEW, few)
    yield _beside(MOST, most, MANY, many)
    followed = _decided(names, MANY, FOLLOWERS)
    figures = [Figure("CPU", followed.cpu, many.cpu, "s"), Figure("nothing new", followed.idle, many.idle, "s")]
    title = f"{MANY:,} followed topics, {NEW_PAPERS} new papers"
    yield Comparison(title, f"{FOLLOWERS} followers each", "one each", figures)


def _beside(count: int, ours: Decided, fewer: int, yardstick: Decided) -> Comparison:
    figures = [
        Figure("CPU", ours.cpu, yardstick.cpu, "s"),
        Figure("decisions stored", ours.decisions, yardstick.decisions, "of"),
        Figure("memory, growth", ours.memory - ours.memory_before, yardstick.memory - yardstick.memory_before, "MB"),
        Figure("the loop is held at most", ours.held, yardstick.held, "ms"),
        Figure("nothing new, CPU", ours.idle, yardstick.idle, "s"),
    ]
    return Comparison(f"followed topics, {NEW_PAPERS} new papers", f"{count:,} topics", f"{fewer:,} topics", figures)


def _plain_loop(file: Path, bench: Workbench) -> tuple[float, float]:
    """Seconds of CPU a topic of the loop that one writes first, and of the same with all texts and topics read before;
    from a sample."""
    names, papers = _topics(file, _SAMPLE), new_papers(texts(bench.data))
    began = time.process_time()
    for name in names:
        for paper in papers:
            _read_and_decide(name, paper)
    plain = time.process_time() - began
    return plain / _SAMPLE, _warm_loop(names, papers) / _SAMPLE


def _topics(file: Path, count: int) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")[:count]


def _read_and_decide(name: str, paper: Paper) -> None:
    # The rule keeps texts that it read; a plain loop would not.
    read(paper.title)
    read(paper.abstract)
    decide(parse(name), paper)


def _warm_loop(names: Sequence[str], papers: Sequence[Paper]) -> float:
    topics = [parse(name) for name in names]
    began = time.process_time()
    for topic in topics:
        for paper in papers:
            decide(topic, paper)
    return time.process_time() - began


def _decided(names: Path, count: int, followers: int = 1) -> Decided:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.topics", folder, str(count)]
        subprocess.run([*command, str(followers), str(names)], check=True)
        return Decided(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


async def _decide(folder: Path) -> Decided:
    database = Database(url(folder))
    await database.start()
    list(decide_all({0: parse("LLM agents")}, synthetic_papers.papers(5, NOW.date())))
    gc.freeze()  # as the running Paperboy does once it is warm
    before, cpu = peak_mb(), time.process_time()
    decisions, held = await holding(decide_followed(database, NOW.date()))
    cpu, idle = time.process_time() - cpu, time.process_time()
    await decide_followed(database, NOW.date())
    idle = time.process_time() - idle
    await database.close()
    return Decided(decisions, cpu, before, peak_mb(), held * 1000, idle)


def _main(folder: Path, count: int, *prepared: str) -> None:
    if prepared:
        followers, names = prepared
        asyncio.run(prepare(folder, _topics(Path(names), count), texts(data_folder()), int(followers)))
    else:
        print(json.dumps(asdict(asyncio.run(_decide(folder)))))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
