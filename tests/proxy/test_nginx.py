"""The README's proxy in a real nginx: strangers find no open chat, and who knows the password talks."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from adapters.clock import SystemClock
from adapters.local import LocalChat
from adapters.web import ChatAccess, chat_routes
from storage.database import Database
from tests.adapters.test_web import answer
from tests.paperboy.web_attack import running_server

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""
README = Path(__file__).parents[2] / "README.md"
PUBLIC, PASSWORD = "https://paperboy.example.org", "correct horse"
BARE = "server { location / { proxy_pass http://127.0.0.1:8080; } }"


def readme_server() -> str:
    found = re.search(r"```nginx\n(.*?)```", README.read_text(), re.DOTALL)
    assert found
    return found[1]


@contextmanager
def running_nginx(server: str, port: int, folder: Path) -> Iterator[str]:
    """nginx with this server, before Paperboy on ``port``; without TLS, whose certificate nobody here has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = free.getsockname()[1]
    server = re.sub(r"listen .*;", "", server).replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    server = server.replace("server {", f"server {{ listen 127.0.0.1:{own};", 1)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {paths}\n{server} }}\n"
    )
    command = [NGINX, "-e", "stderr", "-p", str(folder), "-c", str(config)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command)
    try:
        yield f"http://127.0.0.1:{own}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(retries=8)  # until nginx listens
    async with httpx.AsyncClient(transport=transport, headers={"Host": "paperboy.example.org"}) as browser:
        yield browser


@pytest.mark.parametrize("server", [readme_server(), BARE], ids=["readme", "bare"])
async def test_behind_nginx_the_chat_is_no_strangers(
    sqlite_storage: Database, tmp_path: Path, browser: httpx.AsyncClient, server: str
) -> None:
    """Also where the operator forgot every header, and nginx asks for 127.0.0.1."""
    local = LocalChat(sqlite_storage, SystemClock(), answer, "")
    async with running_server(chat_routes(local)) as paperboy:
        with running_nginx(server, paperboy.port, tmp_path) as address:
            assert (await browser.get(f"{address}/healthz")).text == "ok"
            assert (await browser.get(f"{address}/")).status_code == 404
            assert (await browser.get(f"{address}/metrics")).status_code == 401


async def test_behind_nginx_who_knows_the_password_talks(
    sqlite_storage: Database, tmp_path: Path, browser: httpx.AsyncClient
) -> None:
    local = LocalChat(sqlite_storage, SystemClock(), answer, "")
    access = ChatAccess(PASSWORD, public_url=PUBLIC, trusted_proxies=["127.0.0.1"])
    async with running_server(chat_routes(local, access=access)) as paperboy:
        with running_nginx(readme_server(), paperboy.port, tmp_path) as address:
            assert (await browser.get(f"{address}/")).status_code == 401
            login = await browser.post(f"{address}/login", data={"password": PASSWORD}, headers={"Origin": PUBLIC})
            cookie = login.headers["Set-Cookie"]
            assert (login.status_code, "Secure" in cookie) == (303, True)
            headers = {"Cookie": cookie.partition(";")[0], "Origin": PUBLIC}
            said = await browser.post(f"{address}/say", data={"text": "hello"}, headers=headers)
            assert said.status_code == 303
            assert "words|hello" in (await browser.get(f"{address}/", headers=headers)).text
