"""Dockerfile and compose files: as far as no container has to be started."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.packaging.published_schemas import schema_problems
from tests.packaging.wheel_environment import ROOT, build_distribution

pytestmark = pytest.mark.long(10)

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = ("compose.yaml", "compose.postgres.yaml")


def compose(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the linter's wheel is for Linux")
def test_the_linter_finds_nothing_and_would(tmp_path: Path) -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert linter
    good = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "")
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /x && pip install paperboy\n")
    assert subprocess.run([linter, tmp_path / "Dockerfile"], capture_output=True, check=False).returncode == 1


def test_what_is_sent_to_the_builder_is_enough_and_holds_no_secret(tmp_path: Path) -> None:
    """The wheel of the build context is the wheel of the checkout."""
    listed = (ROOT / ".dockerignore").read_text().splitlines()
    assert [line for line in listed if line[:1] not in ("#", "!")] == ["*", "**/__pycache__"]
    for name in (line[1:] for line in listed if line.startswith("!")):
        (tmp_path / "context" / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / "context" / name)
    for name in re.findall(r"^COPY (?!--from|\. )(\S+)", DOCKERFILE, re.MULTILINE):
        assert (tmp_path / "context" / name).exists()
    sent = build_distribution("wheel", tmp_path / "sent", tmp_path / "context")
    whole = build_distribution("wheel", tmp_path / "whole")
    assert sorted(zipfile.ZipFile(sent).namelist()) == sorted(zipfile.ZipFile(whole).namelist())


def test_it_runs_as_nobody_in_particular_and_is_made_in_a_stage_of_its_own() -> None:
    assert len(re.findall(r"^FROM python:\$\{PYTHON\}-slim", DOCKERFILE, re.MULTILINE)) == 2
    assert "--platform" not in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.findall(r"^USER (\S+)", last, re.MULTILINE) == ["10001:10001"]
    assert not re.findall(r"TOKEN|PASSWORD|SECRET", last)


@pytest.mark.parametrize("name", COMPOSE)
def test_a_compose_file_has_the_published_form(name: str) -> None:
    assert schema_problems("compose-spec", ROOT / name) == ""


def test_a_wrong_compose_file_would_be_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((ROOT / "compose.yaml").read_text().replace("read_only: true", "read_only: [1]"))
    assert "read_only" in schema_problems("compose-spec", wrong)


@pytest.mark.parametrize("name", COMPOSE)
def test_paperboy_may_write_to_its_volume_alone_and_is_reached_from_this_machine_alone(name: str) -> None:
    ours = [each for each in compose(name)["services"].values() if each["image"] == "paperboy"]
    assert ours
    for each in ours:
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in each.get("ports", []))


def test_on_postgresql_two_workers_start_once_the_tables_are_up_to_date() -> None:
    services = compose("compose.postgres.yaml")["services"]
    assert services["worker"]["command"] == ["worker"]
    assert services["worker"]["deploy"]["replicas"] == 2
    waits = {name: each["condition"] for name, each in services["worker"]["depends_on"].items()}
    assert waits == {"database": "service_healthy", "paperboy": "service_healthy"}
    assert "replicas" not in str(compose("compose.yaml")), "SQLite has one sender"
