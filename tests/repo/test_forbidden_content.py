"""What must never be committed: package hosts, paths of one machine, anything that looks like a live token."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Folders that exist on every machine: a checkout directly inside one of them says nothing about whose machine it is.
COMMON_FOLDERS = {Path(path) for path in ("/", "/home", "/opt", "/root", "/srv", "/tmp", "/usr", "/usr/src", "/var")}

# Written in pieces, so that this file passes its own test.
PACKAGE_HOST = re.compile(r"pypi\.(?:org|python)|files\.python" + r"hosted|registry\.npm" + r"js|/sim" + r"ple/")
INDEX_OPTION = re.compile(r"(?:index-url|find-lin" + r"ks)[ =]+\S*[/:]")
TOKENS = {
    "Telegram": re.compile(r"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b"),
    "Slack": re.compile(r"\bxox[abeprs]-[0-9]{8,}|\bxapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}"),
    "Hugging Face": re.compile(r"\bhf_[A-Za-z0-9]{30,}\b"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE " + "KEY"),
}


def committed() -> dict[str, str]:
    """The text files that are, or would be, committed: their path and what they hold."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    texts = {str(path.relative_to(ROOT)): path.read_bytes() for path in paths}
    return {name: data.decode(errors="replace") for name, data in texts.items() if b"\0" not in data}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = committed()
    assert "pyproject.toml" in found
    return found


def containing(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    return [f"{name}: {match[0]}" for name, text in texts.items() if (match := pattern.search(text))]


def test_no_package_host_is_named(texts: dict[str, str]) -> None:
    assert containing(PACKAGE_HOST, texts) == []
    assert containing(INDEX_OPTION, texts) == []


def test_no_path_of_this_machine_is_named(texts: dict[str, str]) -> None:
    place = ROOT if ROOT.parent in COMMON_FOLDERS else ROOT.parent
    assert containing(re.compile(rf"(?<![\w.~-]){re.escape(str(place))}/"), texts) == []


@pytest.mark.parametrize("kind", TOKENS)
def test_nothing_looks_like_a_live_token(kind: str, texts: dict[str, str]) -> None:
    assert containing(TOKENS[kind], texts) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PACKAGE_HOST, "https://pypi" + ".org/"),
        (INDEX_OPTION, "--find-lin" + "ks /opt/wheels"),
        (TOKENS["Telegram"], "12345678" + ":" + "A" * 35),
        (TOKENS["Slack"], "xoxb" + "-123456789012"),
        (TOKENS["Hugging Face"], "hf_" + "a" * 34),
        (TOKENS["private key"], "-----BEGIN RSA PRIVATE " + "KEY-----"),
    ],
)
def test_each_of_these_would_be_noticed(pattern: re.Pattern[str], text: str) -> None:
    assert containing(pattern, {"a.txt": text})
