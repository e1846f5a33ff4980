"""Other packages of this environment that bring folders of the same names as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions

from paperboy.check_result import CheckResult
from paperboy.version import DISTRIBUTION

TOP_LEVEL_FOLDERS = ("paperboy", "bot", "adapters", "storage")
CONFLICT_REMEDY = (
    f"Install Paperboy into an environment of its own, with `uvx --from {DISTRIBUTION} paperboy`, pipx or a new venv; "
    "to uninstall the other one here would take our files along."
)


def check_package_conflicts() -> Iterator[CheckResult]:
    """A warning where an installer may have written another package's files over ours, which it does without a word."""
    if found := conflicting_packages(packages_distributions()):
        pairs = ", ".join(f"{name} ({', '.join(folders)})" for name, folders in sorted(found.items()))
        what = f"Other packages here have folders of the same names as Paperboy's: {pairs}."
        yield CheckResult("packages", "warn", what, CONFLICT_REMEDY)


def conflicting_packages(distributions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Name of each package besides our own -> the top-level folders that both have.

    ``distributions``: top-level folder -> the packages it came with, as ``importlib.metadata`` tells it.
    """
    found: dict[str, list[str]] = {}
    for folder in TOP_LEVEL_FOLDERS:
        for name in sorted(set(distributions.get(folder, ())) - {DISTRIBUTION}):
            found.setdefault(name, []).append(folder)
    return found
