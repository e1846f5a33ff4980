"""The pages a person reads: their links lead somewhere, and the commands they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PARTS = ["Situation", "Decision", "Because", "It follows"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
TARGETS = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|^\s*(?:\$ )?)make ([a-z]+)", page.read_text(), re.MULTILINE))
    assert named <= TARGETS


def test_make_help_lists_every_target() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(phony.split()) == TARGETS


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [page.name[:5] for page in DECISIONS] == [f"{number:04}-" for number in range(len(DECISIONS))]


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_says_all_four_parts_on_one_screen(page: Path) -> None:
    text = page.read_text()
    assert re.match(rf"# {page.name[:4]}\. \S", text)
    assert re.findall(r"^\*\*(\w[\w ]+)\.\*\*", text, re.MULTILINE) == [
        "Situation",
        "Decision",
        "Because",
        "It follows",
    ]
    assert len(text.splitlines()) <= 60
