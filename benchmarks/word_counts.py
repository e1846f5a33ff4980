"""Counts in how many papers each form of a word stands, and writes the table that the rule ships with.

    python -m benchmarks.word_counts PAPERS... > bot/matching/tables/shares.tsv

PAPERS are files of papers: lines of {"id", "title", "abstract"}, or answers of GET /api/daily_papers. The table is
frozen: writing it anew changes decisions, so raise bot.matching.rule.decide.RULE with it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.matching.text.tokenizer import tokenize
from bot.topics.words import STOP_WORDS

WORDS = 5_000


def read_papers(paths: list[Path]) -> dict[str, str]:
    """Title and abstract by id, each paper once."""
    found: dict[str, str] = {}
    for path in paths:
        for row in read_rows(path):
            paper = row.get("paper", row)
            found.setdefault(paper["id"], f"{paper['title']}. {paper.get('abstract') or paper.get('summary') or ''}")
    return found


def read_rows(path: Path) -> Iterator[dict]:
    text = path.read_text(encoding="utf-8")
    if text.startswith("["):
        yield from json.loads(text)
    else:
        yield from map(json.loads, text.splitlines())


def main(arguments: list[str]) -> None:
    texts = read_papers([Path(argument) for argument in arguments])
    counts: Counter[str] = Counter()
    for text in texts.values():
        counts.update(set(tokenize(text).terms) - STOP_WORDS)
    print("# Forms of words, and in how many of 1,000 Daily Papers (title or abstract) each stands;")
    print(f"# counted over {len(texts):,} papers. A word that is not here is rarer than the last.")
    for word, count in sorted(counts.most_common(WORDS), key=lambda entry: (-entry[1], entry[0])):
        print(f"{word}\t{1000 * count / len(texts):.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
