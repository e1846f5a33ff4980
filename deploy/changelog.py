"""``python -m deploy.changelog``: what is unreleased in CHANGELOG.md gets the heading of pyproject.toml's version."""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNRELEASED = "## [Unreleased]\n"
# https://semver.org, as far as a release goes
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class ReleaseError(Exception):
    """Why this can't be released, and what to do, as a sentence."""


def release_heading(text: str, version: str, today: date) -> str:
    """The changelog with the version's heading; as it is where it has that already and nothing new stands above.

    Raises ``ReleaseError``.
    """
    if not VERSION.fullmatch(version):
        raise ReleaseError(f"{version} is no version like 0.2.0; mend it in pyproject.toml.")
    if UNRELEASED not in text:
        raise ReleaseError("CHANGELOG.md has no heading [Unreleased].")
    before, after = text.split(UNRELEASED, 1)
    news = after.split("\n## [", 1)[0].strip()
    released = f"## [{version}]" in after
    if released and news:
        raise ReleaseError(f"{version} is released, and there is news: raise the version in pyproject.toml.")
    if not released and not news:
        raise ReleaseError(f"Nothing is unreleased in CHANGELOG.md, so there is no {version}.")
    return text if released else f"{before}{UNRELEASED}\n## [{version}] - {today.isoformat()}\n{after}"


def main() -> None:
    """Writes it; ends with the reason where nothing can be released."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    path = ROOT / "CHANGELOG.md"
    try:
        path.write_text(
            release_heading(path.read_text(encoding="utf-8"), version, datetime.now(UTC).date()), encoding="utf-8"
        )
    except ReleaseError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
