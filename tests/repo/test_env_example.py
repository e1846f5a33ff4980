"""`.env.example` and the settings are one list: the same names, and the defaults that it shows are the real ones."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from paperboy.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SHOWN = re.compile(r"^# ([A-Z][A-Z0-9_]*)=(.*)$")
EXPLAINED = re.compile(r"^# (?![A-Z0-9_]+=)\S.{10,}$")


def shown() -> dict[str, str]:
    """Each setting of `.env.example` with the default shown there, '' for none."""
    matches = map(SHOWN.match, EXAMPLE.read_text().splitlines())
    return {match[1]: match[2] for match in matches if match}


def names() -> set[str]:
    prefix = Settings.model_config.get("env_prefix") or ""
    return {f"{prefix}{field.validation_alias or name}".upper() for name, field in Settings.model_fields.items()}


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    assert set(shown()) == names()


def test_every_setting_has_its_line_of_explanation() -> None:
    lines = EXAMPLE.read_text().splitlines()
    unexplained = [line for before, line in pairwise(lines) if SHOWN.match(line) and not EXPLAINED.match(before)]
    assert unexplained == []


@pytest.mark.usefixtures("nothing_set")
def test_the_example_changes_nothing_when_its_marks_are_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    default = Settings()
    for name, value in shown().items():
        if value:
            monkeypatch.setenv(name, value)
    assert Settings() == default
