"""The core and the storage name no platform and no source: what differs is a capability or a phrase of an adapter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "storage" / "migrations"
PLATFORM = re.compile(r"telegram|slack|\be-?mails?\b|\blocal[ _-]?chat|webhook|^local$", re.IGNORECASE)
SOURCE = re.compile(r"hugging[ _]?face|arxiv|\bhf\b", re.IGNORECASE)

# A kind of chat is stored by this word; it is no platform.
STORED_KIND = {("bot/chats.py", "LOCAL"), ("bot/chats.py", "local")}

# Commands that people know by these words; each asks a port, whichever platform stands behind it.
NAMED_COMMANDS = {"bot/commands/subscriptions/by_address.py", "bot/commands/subscriptions/endpoint.py"}

# A stored paper without sources is one of the first version's.
STORED_SOURCE = {("storage/stored_types.py", "huggingface")}


def _docstrings(tree: ast.Module) -> set[int]:
    bodies = (node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list))  # type: ignore[attr-defined]  # just looked for
    return {id(each.value) for body in bodies for each in body if isinstance(each, ast.Expr)}


def names_in(source: str) -> Iterator[str]:
    """Identifiers and string constants, without docstrings."""
    tree = ast.parse(source)
    passed_over = _docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in passed_over:
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield from (name, other or "")
            case ast.ImportFrom(module=str(name)):
                yield name


def _core_files() -> list[str]:
    files = [file for room in ("bot", "storage") for file in (ROOT / room).rglob("*.py")]
    return sorted(str(file.relative_to(ROOT)) for file in files if not file.is_relative_to(MIGRATIONS))


def _found(pattern: re.Pattern[str]) -> set[tuple[str, str]]:
    return {
        (file, name) for file in _core_files() for name in names_in((ROOT / file).read_text()) if pattern.search(name)
    }


def test_no_platform_is_named() -> None:
    found = {(file, name) for file, name in _found(PLATFORM) if file not in NAMED_COMMANDS}
    assert found - STORED_KIND == set()


def test_no_source_is_named() -> None:
    assert _found(SOURCE) - STORED_SOURCE == set()


@pytest.mark.parametrize(
    "line",
    [
        "from adapters.slack import SLACK",
        "said = t('In Slack that can be chosen.')",
        "if platform == 'telegram': pass",
        "class LocalChatSession: pass",
        "def f(telegram): pass",
        "f(slack=1)",
        "chat.slack_id",
        "LOCAL = 1",
    ],
)
def test_a_name_is_seen_wherever_it_stands(line: str) -> None:
    assert any(map(PLATFORM.search, names_in(line)))


def test_docstrings_and_comments_may_tell_of_platforms() -> None:
    assert not any(map(PLATFORM.search, names_in('def f():\n    """As Slack does."""\n    return 1  # telegram')))
