"""The locks: everything that is declared or imported, each with its hashes, from no named place."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = set(PROJECT["tool"]["importlinter"]["root_packages"]) | {"deploy", "tests", "benchmarks"}
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUN = [*PROJECT["project"]["dependencies"], *EXTRAS["meaning"], *PROJECT["build-system"]["requires"]]
DECLARED = {
    "run.txt": RUN,
    "dev.txt": RUN + EXTRAS["dev"],
    "audit.txt": PROJECT["dependency-groups"]["audit"],
}
ENTRY = re.compile(r"(?P<requirement>[a-z0-9][^\\#]*?)(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)")


def entries(lock: str) -> list[str]:
    """The lock's entries, each on one line, without comments."""
    text = (ROOT / "requirements" / lock).read_text()
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [" ".join(entry.split()) for entry in re.sub(r"\\\n", " ", bare).splitlines() if entry]


def locked(lock: str) -> dict[str, Requirement]:
    """Name of each entry -> its one version and marker."""
    requirements = [Requirement(entry.split(" --hash")[0]) for entry in entries(lock)]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


@pytest.mark.parametrize("lock", DECLARED)
def test_every_entry_is_one_version_with_hashes_and_names_no_place(lock: str) -> None:
    wrong = [entry for entry in entries(lock) if not ENTRY.fullmatch(entry) or "==" not in entry or "/" in entry]
    assert entries(lock)
    assert wrong == []


@pytest.mark.parametrize("lock", DECLARED)
def test_a_lock_names_no_host_and_no_path_not_even_in_a_comment(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert re.findall(r"\S*://\S*|(?<!\S)/\S+|file:\S*|@ \S+", text) == []


@pytest.mark.parametrize(("lock", "declared"), DECLARED.items())
def test_every_declared_dependency_is_locked_at_a_version_it_allows(lock: str, declared: list[str]) -> None:
    versions = locked(lock)
    for requirement in map(Requirement, declared):
        (pin,) = versions[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version), requirement


def test_what_runs_is_what_was_tested() -> None:
    run, dev = locked("run.txt"), locked("dev.txt")
    assert {name: dev[name].specifier for name in run} == {name: pin.specifier for name, pin in run.items()}


@pytest.mark.parametrize(
    ("folders", "lock"),
    [(["paperboy", "bot", "adapters", "storage"], "run.txt"), (["tests", "benchmarks"], "dev.txt")],
)
def test_every_import_is_of_something_declared(folders: list[str], lock: str) -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in DECLARED[lock]}
    distributions = packages_distributions()
    foreign = {name for folder in folders for name in imported(ROOT / folder)} - OURS - sys.stdlib_module_names
    undeclared = {name for name in foreign if not declared & set(map(canonicalize_name, distributions.get(name, [])))}
    assert undeclared == set()


def imported(folder: Path) -> Iterator[str]:
    """The first part of the name of everything that is imported in a folder."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]
