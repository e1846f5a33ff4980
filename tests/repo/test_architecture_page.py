"""The architecture page names what is there, and leaves no folder out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()


def folders(place: str) -> set[str]:
    return {path.name for path in (ROOT / place).iterdir() if path.is_dir() and not path.name.startswith("_")}


def test_every_path_it_names_exists() -> None:
    named = re.findall(r"`((?:bot|adapters|storage|paperboy|tests|docs)/[\w/.]*)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_picture_shows_every_adapter() -> None:
    picture = PAGE.split("```")[1]
    assert folders("adapters") | {"clock"} <= set(re.findall(r"\w+", picture))


def test_the_picture_has_the_layers_that_lint_holds() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (order,) = [contract["layers"] for contract in contracts if contract["id"] == "core-order"]
    drawn = re.sub(r"\s+", " ", PAGE.split("```")[1].split("HTTP")[1])
    assert " ▸ ".join(layer.replace(" | ", ", ") for layer in order) in drawn
