"""Packages of others whose folders lie where ours do: ``doctor`` names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperboy.package_conflicts import TOP_LEVEL_FOLDERS, check_package_conflicts
from paperboy.version import DISTRIBUTION


def install(site: Path, name: str, *folders: str) -> None:
    """What an installer leaves of a package with these folders."""
    about = site / f"{name}-1.3.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.3.0\n")
    (about / "RECORD").write_text("".join(f"{folder}/__init__.py,,\n" for folder in folders))


def test_nothing_is_said_where_paperboy_is_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, DISTRIBUTION, *TOP_LEVEL_FOLDERS)
    install(tmp_path, "adapter", "adapter")
    assert list(check_package_conflicts()) == []


def test_a_package_with_folders_of_our_names_is_named_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "adapters", "adapters")
    install(tmp_path, "paperboy", "paperboy", "bot")
    (finding,) = check_package_conflicts()
    assert finding.level == "warn"
    assert "adapters (adapters), paperboy (paperboy, bot)." in finding.what
    assert f"uvx --from {DISTRIBUTION} paperboy" in finding.mend
