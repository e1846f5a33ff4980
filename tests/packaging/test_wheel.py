"""The wheel as somebody installs it: complete, under its own name, and running far from any checkout."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.papers_api import FakePapersApi
from tests.packaging.wheel_environment import ROOT, build_distribution, install_wheel

pytestmark = pytest.mark.long(30)

FOLDERS = ("paperboy", "bot", "adapters", "storage")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_distribution("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_wheel(wheel, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture
async def hub() -> AsyncIterator[FakePapersApi]:
    async with FakePapersApi() as hub:
        hub.serve_fixtures()
        yield hub


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {"COLUMNS": "120", "PORT": "0", "TIMEZONE": "UTC"} | settings


def output(programs: Path, folder: Path, *words: str, **settings: str) -> str:
    ended = subprocess.run(
        [programs / "paperboy", *words],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout


def test_it_holds_every_file_of_our_folders_and_no_other(wheel: Path) -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS]
    ours = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    packed = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert sorted(packed) == sorted(name for name in ours if (ROOT / name).is_file())


def test_the_source_archive_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    archive = build_distribution("sdist", tmp_path / "sdist")
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    (unpacked,) = tmp_path.glob("paperboy_*")
    again = build_distribution("wheel", tmp_path / "wheel", unpacked)
    assert again.name == wheel.name
    assert zipfile.ZipFile(again).namelist() == zipfile.ZipFile(wheel).namelist()
    assert {each.name for each in unpacked.iterdir()} >= {"README.md", "LICENSE", "tests", "requirements", "Makefile"}


def test_it_has_a_name_of_its_own_and_the_command_keeps_its(wheel: Path, programs: Path, tmp_path: Path) -> None:
    assert re.fullmatch(r"paperboy_digest-[0-9.]+-py3-none-any\.whl", wheel.name)
    assert output(programs, tmp_path, "--version") == f"paperboy {wheel.name.split('-')[1]}\n"


def test_help_and_migrate_work_in_an_empty_folder(programs: Path, tmp_path: Path) -> None:
    assert "Look at everything" in output(programs, tmp_path, "--help")
    output(programs, tmp_path, "migrate")
    assert (tmp_path / "paperboy.db").stat().st_size > 0


def service_command(programs: Path) -> list[str]:
    """What the systemd unit starts."""
    unit = (ROOT / "deploy" / "paperboy.service").read_text()
    (command,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    return command.replace("/opt/paperboy/bin", str(programs)).split()


def health_check(programs: Path) -> list[str]:
    """What the container is asked by."""
    (listed,) = re.findall(r"^HEALTHCHECK .*\\\n\s+CMD (\[.+\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    python, *rest = json.loads(listed)
    return [str(programs / python), *rest]


async def ended_with(command: list[str], settings: dict[str, str]) -> int:
    process = await asyncio.create_subprocess_exec(*command, env=settings, stderr=asyncio.subprocess.DEVNULL)
    return await process.wait()


async def test_a_day_of_the_run_once_mode_leaves_one_whole_file(
    programs: Path, tmp_path: Path, hub: FakePapersApi
) -> None:
    """So that keeping ``paperboy.db`` keeps everything."""
    for command in ("fetch", "deliver"):
        await asyncio.to_thread(output, programs, tmp_path, command, HF_ENDPOINT=hub.url)
    assert hub.requests_for()
    assert [name for name in os.listdir(tmp_path) if name.startswith("paperboy.db-")] == []


async def test_the_local_chat_comes_up_from_it(programs: Path, tmp_path: Path, hub: FakePapersApi) -> None:
    process = await asyncio.create_subprocess_exec(
        *service_command(programs),
        cwd=tmp_path,
        env=environment(HF_ENDPOINT=hub.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    while not (address := re.search(r"http://127\.0\.0\.1:\d+", (line := await process.stdout.readline()).decode())):
        assert line, "it ended before it began"
    async with httpx.AsyncClient(base_url=address[0], trust_env=False) as client:
        assert (await client.get("/healthz")).status_code == 200
        page = (await client.get("/")).text
        styles = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        assert styles
        assert {(await client.get(each)).status_code for each in styles} == {200}
        # The tables of words, the catalogue and the rules.
        await client.post("/say", data={"text": "/subscribe diffusion"}, headers={"Origin": address[0]})
        assert "score matching" in (await client.get("/")).text
    settings = {"PORT": address[0].rpartition(":")[2], "HTTP_PROXY": "http://127.0.0.1:9"}
    assert await ended_with(health_check(programs), settings) == 0
    process.terminate()
    _, err = await process.communicate()
    assert (process.returncode, "Traceback" in err.decode()) == (0, False), err
    assert await ended_with(health_check(programs), settings) != 0


def test_nothing_of_a_checkout_is_read(programs: Path, tmp_path: Path) -> None:
    code = "import adapters, bot, paperboy, storage; print(adapters.__path__, bot.__path__, paperboy.__path__)"
    ended = subprocess.run([programs / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(ROOT) not in ended.stdout
    assert ended.stdout.count("site-packages") == 3
