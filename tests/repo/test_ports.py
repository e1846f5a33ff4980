"""The ports say what they promise."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import bot.errors
import bot.ports

FOLDER = Path(bot.ports.__file__).parent


def methods() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every method of every Protocol in the folder, with its name."""
    for file in sorted(FOLDER.glob("*.py")):
        for port in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(port, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in port.bases):
                for method in port.body:
                    if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                        yield f"{port.name}.{method.name}", method


def test_every_method_of_a_port_says_what_it_promises() -> None:
    found = dict(methods())
    assert len(found) > 100
    assert [name for name, method in found.items() if not ast.get_docstring(method)] == []


def test_errors_that_ports_speak_of_exist() -> None:
    """A docstring names errors in plain words, so no rename finds them there."""
    known = {name for name, _ in inspect.getmembers(bot.errors, inspect.isclass)} | {"RuntimeError"}
    for name, method in methods():
        _, _, raised = (ast.get_docstring(method) or "").partition("Raises ")
        named = {word.strip(".,()`:;") for word in raised.split()}
        assert {word for word in named if word[:1].isupper() and word[1:] != word[1:].lower()} <= known, name
