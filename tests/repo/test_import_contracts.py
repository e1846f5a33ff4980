"""Every arrow of the architecture is held: plant one wrong import and `lint-imports` names the contract it breaks."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORT_LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
NAMES = {contract["id"]: contract["name"] for contract in IMPORT_LINTER["contracts"]}

FORBIDDEN_IMPORTS = [
    ("house", "bot/papers.py", "import storage"),
    ("house", "adapters/web/__init__.py", "import storage"),
    ("house", "storage/__init__.py", "import paperboy.settings"),
    ("adapters", "adapters/web/__init__.py", "import adapters.slack"),
    ("core-order", "bot/papers.py", "import bot.views"),
    ("core-order", "bot/a_module_without_a_layer.py", ""),
    ("core-purity", "bot/__init__.py", "import sqlalchemy.orm"),
    ("core-purity", "bot/commands/registry.py", "from telegram import Bot"),
    ("scheduler", "storage/__init__.py", "import apscheduler.triggers"),
    ("stemmer", "bot/papers.py", "import snowballstemmer"),
    ("tex", "bot/papers.py", "import unicodeit"),
    ("meaning", "adapters/search/hybrid_index.py", "import numpy"),
    ("environment", "adapters/web/__init__.py", "from pydantic_settings import BaseSettings"),
]


@pytest.fixture(scope="module")
def source_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, in which a wrong import can be planted."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in IMPORT_LINTER["root_packages"]:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def lint(source_copy: Path, *options: str) -> str:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    command = [str(lint_imports), "--cache-dir", ".cache", *options]
    # A wide terminal, so that no contract's name is broken over two lines.
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "200", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=source_copy, env=environment, capture_output=True, text=True, check=False).stdout


def test_the_house_as_it_stands_keeps_every_contract(source_copy: Path) -> None:
    assert f"Contracts: {len(NAMES)} kept, 0 broken." in lint(source_copy)


@pytest.mark.parametrize(("contract", "file", "planted"), FORBIDDEN_IMPORTS)
def test_a_wrong_import_breaks_its_contract(source_copy: Path, contract: str, file: str, planted: str) -> None:
    path = source_copy / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{planted}\n")
    try:
        report = lint(source_copy, "--contract", contract)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
    assert f"{NAMES[contract]} BROKEN" in report


def test_every_contract_has_been_seen_to_break() -> None:
    assert {contract for contract, _, _ in FORBIDDEN_IMPORTS} == set(NAMES)
