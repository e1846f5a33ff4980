"""Every utterance of the table, and the command that it means."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from bot.commands.intents.intent import Certainty, Intent, IntentKnowledge
from bot.commands.intents.understanding import understand

HERE = Path(__file__).parent
KNOWLEDGE = IntentKnowledge(date(2026, 8, 21), followed=("LLM agents", "video generation"))
LISTS = {"week", "month", "today", "date", "between", "trending", "top", "missed"}
HARMLESS = {"search", "field", "paper", "several", "pasted"}
FIXTURES = Path(__file__).parents[3] / "fixtures"


def utterances() -> list[tuple[str, str]]:
    lines = (HERE / "utterances.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.reader(
        (line for line in lines if line and not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    return [(said, meant) for said, meant in rows]


def written(intent: Intent | None) -> str:
    """An intent as the table writes it."""
    if intent is None:
        return "-"
    return ("! " if intent.certainty is Certainty.SURE else "? ") + " && ".join(intent.commands)


@pytest.mark.parametrize(("said", "meant"), utterances())
def test_an_utterance_means_its_command(said: str, meant: str) -> None:
    assert written(understand(said, KNOWLEDGE)) == meant


def titles_and_keywords() -> list[str]:
    """1,000 real titles and 300 real keywords, as somebody would paste them into the search."""
    files = (FIXTURES / name for name in ("typed-titles.txt", "typed-keywords.txt"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_titles_and_keywords_are_no_wishes() -> None:
    """None changes anything, and at most three are taken for a list."""
    typed = titles_and_keywords()
    read = [(words, intent) for words in typed if (intent := understand(words, KNOWLEDGE)) is not None]
    names = [(words, command.split()[0]) for words, intent in read for command in intent.commands]
    assert len(typed) == 1300
    assert [(words, name) for words, name in names if name not in LISTS | HARMLESS] == []
    assert len([name for _, name in names if name in LISTS]) <= 3


def test_the_table_is_broad() -> None:
    said = [words for words, _ in utterances()]
    assert len(said) == len(set(said)) >= 250
