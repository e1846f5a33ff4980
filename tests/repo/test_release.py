"""What ``make release`` writes into the changelog, and when it refuses."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from deploy.changelog import VERSION, ReleaseError, release_heading

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 12, 1)
NEW = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A bell.\n\n## [0.1.0] - 2026-01-02\n\n- First.\n"
RELEASED = NEW.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n")


def test_what_is_unreleased_gets_the_versions_heading_once() -> None:
    assert release_heading(NEW, "0.2.0", TODAY) == RELEASED
    assert release_heading(RELEASED, "0.2.0", date(2026, 12, 5)) == RELEASED


@pytest.mark.parametrize(
    ("text", "version", "said"),
    [
        (NEW, "0.1.0", "raise the version"),
        (RELEASED, "0.3.0", "Nothing is unreleased"),
        (NEW, "0.2", "no version like 0.2.0"),
        ("# Changelog\n", "0.2.0", "no heading"),
    ],
)
def test_a_wrong_release_is_refused_with_what_to_do(text: str, version: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=re.escape(said)):
        release_heading(text, version, TODAY)


def test_the_version_and_the_changelog_of_today_can_be_released() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert VERSION.fullmatch(version)
    assert f"[{version}]" in release_heading((ROOT / "CHANGELOG.md").read_text(), version, TODAY)
