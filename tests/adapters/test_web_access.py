"""Who may use the local chat from where: behind a proxy, with a password, with a wrong one, and after logging out."""

from __future__ import annotations

import httpx
import pytest

from adapters.local import LocalChat
from adapters.web.login_throttle import MAX_ADDRESSES, TRIES_OF_ALL, TRIES_OF_ONE, WINDOW_SECONDS, LoginThrottle
from tests.adapters.test_web import local, window

__all__ = ["local"]

PASSWORD = "correct horse"
PUBLIC = "https://paperboy.example.org"
BROWSER = {"Accept": "text/html,*/*", "Sec-Fetch-Mode": "navigate"}
FORWARDING = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Proto": "https"},
    {"X-Real-IP": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
    {"Via": "1.1 proxy"},
    {"CF-Connecting-IP": "127.0.0.1"},
]


@pytest.mark.parametrize("headers", FORWARDING)
async def test_whom_a_proxy_on_this_machine_asks_for_is_a_stranger(local: LocalChat, headers: dict[str, str]) -> None:
    async with window(local) as page:
        assert (await page.get("/")).status_code == 200
        assert (await page.get("/", headers=headers)).status_code == 404
        assert (await page.post("/say", data={"text": "/forget"}, headers=headers)).status_code == 404
    async with window(local, password=PASSWORD) as page:
        assert (await page.get("/", headers=headers)).status_code == 401
        assert (await page.get("/", headers=headers, auth=("", PASSWORD))).status_code == 200
    assert await local.latest_messages() == []


async def test_with_a_public_address_nobody_is_taken_for_the_operator(local: LocalChat) -> None:
    async with window(local, public_url=PUBLIC) as page:
        assert [(await page.get(path)).status_code for path in ("/", "/messages", "/suggest")] == [404] * 3
        assert (await page.post("/login", data={"password": ""})).status_code == 404
    async with window(local, public_url=PUBLIC, password=PASSWORD) as page:
        assert (await page.get("/")).status_code == 401


async def test_a_person_logs_in_talks_and_logs_out(local: LocalChat) -> None:
    async with window(local, public_url=PUBLIC, password=PASSWORD) as page:
        page.base_url = httpx.URL(PUBLIC)
        page.headers.update(BROWSER)
        asked = await page.get("/")
        assert (asked.status_code, "WWW-Authenticate" in asked.headers) == (401, False)
        assert 'type="password"' in asked.text
        wrong = await page.post("/login", data={"password": "wrong"})
        assert (wrong.status_code, "not the password" in wrong.text) == (401, True)
        right = await page.post("/login", data={"password": PASSWORD}, headers={"Origin": PUBLIC})
        cookie = right.history[0].headers["Set-Cookie"]
        for word in ("HttpOnly", "SameSite=strict", "Secure"):
            assert word in cookie
        assert PASSWORD not in cookie
        assert "Log out" in (await page.post("/say", data={"text": "hello"})).text
        copied = dict(page.cookies)
        assert 'type="password"' in (await page.post("/logout")).text
        assert not page.cookies
        page.cookies.update(copied)
        assert (await page.get("/")).status_code == 401


async def test_a_proxy_may_hide_the_name_that_a_form_was_sent_to(local: LocalChat) -> None:
    async with window(local, public_url=PUBLIC, password=PASSWORD) as page:
        hidden = {"Origin": PUBLIC, "Host": "127.0.0.1:8080"}
        posted = await page.post("/say", data={"text": "x"}, headers=hidden, auth=("", PASSWORD))
        assert posted.status_code != 403
        hidden["Origin"] = "https://evil.example"
        posted = await page.post("/say", data={"text": "x"}, headers=hidden, auth=("", PASSWORD))
        assert posted.status_code == 403


@pytest.mark.parametrize("change", ["", "9", "99999999999.x.", "a.b.c", "é", "1." * 5_000])
async def test_a_cookie_that_is_not_ours_opens_nothing(local: LocalChat, change: str) -> None:
    async with window(local, password=PASSWORD) as page:
        await page.post("/login", data={"password": PASSWORD})
        value = page.cookies["paperboy_session"]
        page.cookies.clear()
        forged = f"paperboy_session={change}{value if change in ('9', '99999999999.x.') else ''}"
        assert (await page.get("/", headers={b"Cookie": forged.encode("latin-1")})).status_code == 401
        assert (await page.get("/", headers={"Cookie": f"paperboy_session={value}"})).status_code == 200
    async with window(local, password="another") as page:
        assert (await page.get("/", headers={"Cookie": f"paperboy_session={value}"})).status_code == 401


async def test_form_and_script_share_the_tries_and_wrong_ones_are_logged(
    local: LocalChat, caplog: pytest.LogCaptureFixture
) -> None:
    async with window(local, password=PASSWORD, caller="192.0.2.7") as page:
        page.base_url = httpx.URL("http://192.0.2.1:8080")
        for number in range(TRIES_OF_ONE):
            trying = page.get("/", auth=("", "no")) if number % 2 else page.post("/login", data={"password": "no"})
            assert (await trying).status_code == 401
        late = await page.get("/", auth=("", PASSWORD))
        assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)
        assert (await page.post("/login", data={"password": PASSWORD})).status_code == 429
    assert caplog.text.count("a wrong WEB_PASSWORD was tried from 192.0.2.7") == TRIES_OF_ONE
    assert '"no"' not in caplog.text


async def test_one_visitor_of_a_trusted_proxy_does_not_lock_out_another(local: LocalChat) -> None:
    async with window(local, password=PASSWORD, trusted=["127.0.0.1"]) as page:
        last = await page.get("/", auth=("", "no"), headers={"X-Forwarded-For": "192.0.2.7"})
        for forged in range(TRIES_OF_ONE):  # what the visitor wrote itself stands before what the proxy adds
            headers = {"X-Forwarded-For": f"198.51.100.{forged}, 192.0.2.7"}
            last = await page.get("/", auth=("", "no"), headers=headers)
        assert last.status_code == 429
        assert (await page.get("/", auth=("", PASSWORD), headers={"X-Forwarded-For": "192.0.2.8"})).status_code == 200


async def test_behind_a_proxy_that_nobody_named_only_the_tries_of_all_count(local: LocalChat) -> None:
    async with window(local, password=PASSWORD) as page:
        headers = {"X-Forwarded-For": "192.0.2.7"}
        for _ in range(TRIES_OF_ALL):
            assert (await page.get("/", auth=("", "no"), headers=headers)).status_code == 401
        assert (await page.get("/", auth=("", PASSWORD), headers=headers)).status_code == 429


def test_tries_are_forgotten_after_a_while_and_addresses_are_not_kept_without_end() -> None:
    now = 0.0
    throttle = LoginThrottle(lambda: now)
    for _ in range(TRIES_OF_ONE):
        throttle.record_wrong("a")
    assert throttle.wait_seconds("a") > 0
    assert throttle.wait_seconds("b") == 0
    now = WINDOW_SECONDS
    assert throttle.wait_seconds("a") == 0
    for number in range(MAX_ADDRESSES + 10):
        throttle.record_wrong(str(number))
    assert len(throttle._by_address) == MAX_ADDRESSES
