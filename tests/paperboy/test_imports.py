"""What a start loads: the libraries of a platform only where its setting asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLATFORM_LIBRARIES = {"telegram", "slack_bolt", "slack_sdk", "aiosmtplib", "dkim", "css_inline"}
OTHER_LIBRARIES = {"feedparser", "prompt_toolkit", "numpy", "psycopg"}
PAPERBOY = {"bot", "storage", "adapters", "sqlalchemy", "pydantic", "rich", "starlette", "aiohttp"}

VERSION_RUN = """
import runpy
try:
    runpy.run_module("paperboy", run_name="__main__")
except SystemExit as ended:
    assert not ended.code, ended.code
"""
LOCAL_CHAT_RUN = """
import asyncio
import paperboy.cli.run
from paperboy.container import open_app
from paperboy.settings import Settings

async def talk():
    async with open_app(Settings()) as app:
        await app.local_chat.submit("/help")

asyncio.run(talk())
"""


def loaded_packages(program: str, folder: Path, *arguments: str, **settings: str) -> set[str]:
    """The top-level packages in a Python of its own after it ran ``program`` without any setting of ours."""
    report = "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    root = str(Path(__file__).parents[2])
    environment = {"PYTHONPATH": root, "PATH": os.environ["PATH"], "DATA_DIR": str(folder), **settings}
    environment["DATABASE_URL"] = f"sqlite:///{folder / 'paperboy.db'}"
    done = subprocess.run(
        [sys.executable, "-c", program + report, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_version_is_said_without_loading_paperboy(tmp_path: Path) -> None:
    loaded = loaded_packages(VERSION_RUN, tmp_path, "--version")
    assert not loaded & (PAPERBOY | PLATFORM_LIBRARIES | OTHER_LIBRARIES)


def test_the_local_chat_loads_no_platform_that_is_not_set(tmp_path: Path) -> None:
    loaded = loaded_packages(LOCAL_CHAT_RUN, tmp_path)
    assert "bot" in loaded
    assert not loaded & (PLATFORM_LIBRARIES | OTHER_LIBRARIES)


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1:token"}, {"telegram"}),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, {"slack_bolt", "slack_sdk"}),
        (
            {"SMTP_URL": "smtp://localhost", "MAIL_FROM": "papers@example.org"},
            {"aiosmtplib", "dkim", "css_inline"},
        ),
    ],
    ids=["telegram", "slack", "email"],
)
def test_a_platform_brings_its_own_libraries_and_no_others(
    tmp_path: Path, settings: dict[str, str], wanted: set[str]
) -> None:
    assert loaded_packages(LOCAL_CHAT_RUN, tmp_path, **settings) & PLATFORM_LIBRARIES == wanted
