"""The systemd unit: well-formed, tight, and its command and its settings are Paperboy's."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.wheel_environment import ROOT

UNIT = (ROOT / "deploy" / "paperboy.service").read_text()
# What systemd rates from 0 to 10, in tenths: 96 is a unit without any hardening.
MOST_EXPOSED = 15

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is there on every machine."""
    path = tmp_path / "paperboy.service"
    path.write_text(UNIT.replace("/opt/paperboy/bin/paperboy", "/bin/true"))
    return path


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


@needs_systemd
def test_systemd_understands_every_line(unit: Path) -> None:
    assert analyze("verify", unit).stderr == ""
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHouse=yes"))
    assert "ProtectHouse" in analyze("verify", unit).stderr


@needs_systemd
def test_it_can_reach_little(unit: Path) -> None:
    rate = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    assert analyze(*rate, unit).returncode == 0
    unit.write_text(re.sub(r"^(Protect|Private|Restrict).*\n", "", unit.read_text(), flags=re.MULTILINE))
    assert analyze(*rate, unit).returncode != 0


def test_it_is_given_the_time_to_finish_what_is_on_its_way() -> None:
    assert "TimeoutStopSec=90" in UNIT
    assert "ExecStart=/opt/paperboy/bin/paperboy run\n" in UNIT
    assert "RestartPreventExitStatus=2" in UNIT
