"""Who only runs Paperboy installs nothing of the developers'."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def recipe(target: str) -> str:
    """All that would be done for a target on a fresh clone."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", target]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("target", ["install", "run"])
def test_what_running_needs_is_installed_and_no_more(target: str) -> None:
    assert "--requirement requirements/run.txt" in recipe(target)
    assert "requirements/dev.txt" not in recipe(target)


@pytest.mark.parametrize("target", ["test", "lint", "types", "docs", "browser", "proxy", "bench", "pictures"])
def test_what_checks_needs_comes_on_top(target: str) -> None:
    steps = recipe(target)
    assert 0 < steps.index("--requirement requirements/run.txt") < steps.index("--requirement requirements/dev.txt")
