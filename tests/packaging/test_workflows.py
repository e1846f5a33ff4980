"""The workflows: their published form, the versions they try, and the steps of the daily one with a real repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from paperboy.settings import Settings
from tests.packaging.published_schemas import schema_problems
from tests.packaging.wheel_environment import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / ".github" / "workflows" / name).read_text())


def steps() -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in workflow("digest.yml")["jobs"]["digest"]["steps"] if "name" in each}


def test_they_have_the_published_form(tmp_path: Path) -> None:
    assert WORKFLOWS
    assert schema_problems("github-workflows", *WORKFLOWS) == ""
    assert schema_problems("dependabot", ROOT / ".github" / "dependabot.yml") == ""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:"))
    assert schema_problems("github-workflows", wrong)


def test_forms_have_the_published_form(tmp_path: Path) -> None:
    config, *forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert forms
    assert schema_problems("github-issue-config", config) == ""
    assert schema_problems("github-issue-forms", *forms) == ""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(forms[0].read_text().replace("type: textarea", "type: page"))
    assert schema_problems("github-issue-forms", wrong)


def test_what_looks_at_each_commit_is_in_the_environment() -> None:
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    programs = {Path(hook["entry"].split()[0]) for hook in hooks}
    assert {each.parent for each in programs} == {Path(".venv/bin")}
    assert [each for each in programs if not (Path(sys.executable).parent / each.name).exists()] == []


def test_every_python_that_is_promised_is_tried() -> None:
    tried = workflow("check.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert tried[0] == oldest
    assert tried == [f"3.{minor}" for minor in range(11, 15)]


def test_nothing_may_write_but_the_state_of_the_digest() -> None:
    assert workflow("check.yml")["permissions"] == {"contents": "read"}
    assert workflow("digest.yml")["permissions"] == {"contents": "write"}
    assert workflow("digest.yml")["concurrency"]["cancel-in-progress"] is False


def test_what_it_sets_are_settings() -> None:
    named = set(workflow("digest.yml")["jobs"]["digest"]["env"]) - {"GH_TOKEN"}
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of an empty repository, with a Paperboy that counts in its database how often it ran."""
    git("init", "--quiet", "--bare", "--initial-branch", "main", str(tmp_path / "origin.git"), folder=tmp_path)
    git("clone", "--quiet", str(tmp_path / "origin.git"), str(tmp_path / "first"), folder=tmp_path)
    program = tmp_path / "first" / ".venv" / "bin" / "paperboy"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$1" >> paperboy.db\n[ "$1" != "$FAILING" ]\n')
    program.chmod(0o755)
    return tmp_path / "first"


def git(*words: str, folder: Path) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def run_step(name: str, folder: Path, **variables: str) -> int:
    """As the runner does: bash that ends at the first failing command."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "STATE_URL": str(folder.parent / "origin.git")}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps()[name]["run"]]
    return subprocess.run(command, cwd=folder, env=environment | variables, check=False, capture_output=True).returncode


def run_day(folder: Path, **variables: str) -> list[int]:
    subprocess.run(["rm", "-rf", "state"], cwd=folder, check=True)
    return [
        run_step(name, folder, **variables) for name in ("Take up the state", "Read and send", "Put the state back")
    ]


def kept(folder: Path) -> list[str]:
    return git("show", "state:paperboy.db", folder=folder.parent / "origin.git").split()


def test_each_day_goes_on_from_the_state_of_the_day_before(checkout: Path) -> None:
    assert run_day(checkout) == [0, 0, 0]
    assert kept(checkout) == ["fetch", "deliver"]
    assert run_day(checkout) == [0, 0, 0]
    assert kept(checkout) == ["fetch", "deliver"] * 2
    assert git("rev-list", "--count", "state", folder=checkout.parent / "origin.git") == "1\n"


def test_what_was_sent_is_kept_also_when_the_day_failed(checkout: Path) -> None:
    run_day(checkout)
    assert run_day(checkout, FAILING="deliver") == [0, 1, 0]
    assert kept(checkout) == ["fetch", "deliver"] * 2
    assert re.search(r"always\(\)", steps()["Put the state back"]["if"])


def test_nothing_is_sent_while_nobody_knows_the_state(checkout: Path) -> None:
    run_day(checkout)
    (checkout.parent / "origin.git").rename(checkout.parent / "gone.git")
    assert run_step("Take up the state", checkout) != 0
    assert "take.outcome == 'success'" in steps()["Put the state back"]["if"]
