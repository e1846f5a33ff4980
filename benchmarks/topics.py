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
from benchmarks.followed_topics import NEW_PAPERS, database_url, new_papers, prepare_database, write_topics
from benchmarks.harness import NOW, Harness, data_folder, real_texts
from benchmarks.loop_blocking import longest_block
from benchmarks.memory import peak_mb
from bot.decisions.materializer import materialize_decisions
from bot.matching.prefilter.batch import decide_triggered
from bot.matching.prefilter.topic_index import PaperTerms, trigger_terms
from bot.matching.rule.decide import decide
from bot.matching.text.tokenizer import tokenize
from bot.papers import Paper
from bot.topics.parser import parse
from storage.database import Database

FEW_TOPICS, MANY_TOPICS, MOST_TOPICS = 1_000, 10_000, 100_000
FOLLOWERS = 20
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class DecidingFigures:
    """What the papers took: decisions stored, seconds of CPU, the most memory (MB) before and after, the longest that
    the event loop was held (ms), and the CPU of a call that finds nothing to do."""

    decisions: int
    cpu: float
    memory_before: float
    memory: float
    held: float
    idle: float


def run(bench: Harness) -> Iterator[Comparison]:
    names = bench.folder / "topics.txt"
    write_topics(names, MOST_TOPICS, real_texts(bench.data))
    plain, warm = _plain_loop(names, bench)
    few, many, most = (_measure_deciding(names, count) for count in (FEW_TOPICS, MANY_TOPICS, MOST_TOPICS))
    figures = [
        Figure("CPU, texts read for each pair", many.cpu, plain * MANY_TOPICS, "s"),
        Figure("CPU, everything read once before", many.cpu, warm * MANY_TOPICS, "s"),
    ]
    yield Comparison(f"{NEW_PAPERS} new papers, {MANY_TOPICS:,} followed topics", "Paperboy", "plain loop", figures)
    yield _beside(MANY_TOPICS, many, FEW_TOPICS, few)
    yield _beside(MOST_TOPICS, most, MANY_TOPICS, many)
    followed = _measure_deciding(names, MANY_TOPICS, FOLLOWERS)
    figures = [Figure("CPU", followed.cpu, many.cpu, "s"), Figure("nothing new", followed.idle, many.idle, "s")]
    title = f"{MANY_TOPICS:,} followed topics, {NEW_PAPERS} new papers"
    yield Comparison(title, f"{FOLLOWERS} followers each", "one each", figures)


def _beside(count: int, ours: DecidingFigures, fewer: int, yardstick: DecidingFigures) -> Comparison:
    figures = [
        Figure("CPU", ours.cpu, yardstick.cpu, "s"),
        Figure("decisions stored", ours.decisions, yardstick.decisions, "of"),
        Figure("memory, growth", ours.memory - ours.memory_before, yardstick.memory - yardstick.memory_before, "MB"),
        Figure("the loop is held at most", ours.held, yardstick.held, "ms"),
        Figure("nothing new, CPU", ours.idle, yardstick.idle, "s"),
    ]
    return Comparison(f"followed topics, {NEW_PAPERS} new papers", f"{count:,} topics", f"{fewer:,} topics", figures)


def _plain_loop(file: Path, bench: Harness) -> tuple[float, float]:
    """Seconds of CPU a topic of the loop that one writes first, and of the same with all texts and topics read before;
    from a sample."""
    names, papers = _topics(file, _SAMPLE), new_papers(real_texts(bench.data))
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
    tokenize(paper.title)
    tokenize(paper.abstract)
    decide(parse(name), paper)


def _warm_loop(names: Sequence[str], papers: Sequence[Paper]) -> float:
    topics = [parse(name) for name in names]
    began = time.process_time()
    for topic in topics:
        for paper in papers:
            decide(topic, paper)
    return time.process_time() - began


def _measure_deciding(names: Path, count: int, followers: int = 1) -> DecidingFigures:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.topics", folder, str(count)]
        subprocess.run([*command, str(followers), str(names)], check=True)
        return DecidingFigures(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


async def _decide(folder: Path) -> DecidingFigures:
    database = Database(database_url(folder))
    await database.start()
    topic, papers = parse("LLM agents"), synthetic_papers.generate_papers(5, NOW.date())
    list(decide_triggered(topic, PaperTerms(papers).triggered_by(trigger_terms(topic))))
    gc.freeze()  # as the running Paperboy does once it is warm
    before, cpu = peak_mb(), time.process_time()
    decisions, held = await longest_block(materialize_decisions(database, NOW.date()))
    cpu, idle = time.process_time() - cpu, time.process_time()
    await materialize_decisions(database, NOW.date())
    idle = time.process_time() - idle
    await database.close()
    return DecidingFigures(decisions, cpu, before, peak_mb(), held * 1000, idle)


def _main(folder: Path, count: int, *prepared: str) -> None:
    if prepared:
        followers, names = prepared
        asyncio.run(prepare_database(folder, _topics(Path(names), count), real_texts(data_folder()), int(followers)))
    else:
        print(json.dumps(asdict(asyncio.run(_decide(folder)))))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
