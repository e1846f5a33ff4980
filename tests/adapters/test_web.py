"""The local chat's page, over the real conversation: what is shown, what is refused, and what a title can't do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import UTC, date, datetime

import httpx
import pytest
from starlette.applications import Starlette

from adapters.clock import SystemClock
from adapters.local import LocalChat
from adapters.local.capabilities import LOCAL_CHAT
from adapters.web import ChatAccess, chat_routes
from bot.calls import CommandCall
from bot.chats import Chat, ChatDefaults, ChatKind, ChatSettings
from bot.i18n import Link, join_texts, t
from bot.papers import Author, Organization, Paper
from bot.views import (
    Banner,
    Block,
    Button,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperListItem,
    PaperSummary,
    Prompt,
    Quote,
    TextBlock,
    View,
)
from storage.database import Database

NASTY = Paper(
    id="9909.00001",
    title='<script>alert("x")</script> & <b>Bold</b> <!channel> `code` 🚀',
    abstract="We propose <img src=x onerror=alert(1)>.",
    listed_on=date(2026, 8, 18),
    authors=tuple(Author(name) for name in ("Ann <i>Lee</i>", "Bo Chen", "Cy Diaz", "Di Evans")),
    organization=Organization("lab", "Lab & Sons"),
    upvotes=36,
    comments=3,
    code_url="https://github.com/paperboy-sample/nasty",
    code_stars=120,
    project_url="https://example.org/?a=1&b=2",
)

EVERY_BLOCK: tuple[Block, ...] = (
    Banner(t("Sample")),
    TextBlock(
        t("<b>{n} papers for you</b>, {names}", n=2, names=join_texts([Link("<one>", "https://hf.co/papers"), "two"]))
    ),
    PaperSummary(
        1, NASTY, "A <summary>.", t("world model, {where}", where="twice in the abstract"), (t("code appeared"),)
    ),
    PaperList(
        (PaperListItem(NASTY, 2, note=t("opening")), PaperListItem(NASTY, day=date(2026, 8, 17))),
        t("<b>2 more</b>"),
        True,
    ),
    PaperCard(NASTY, (t("“x” is in the title"),)),
    Quote("An <abstract>."),
    InputErrorBlock(t("The bracket is never closed."), "(diffusion OR", (0, 1)),
    Prompt(t("Which topic?"), "subscribe", t("diffusion")),
    Document("saved.bib", "application/x-bibtex", "@misc{x}"),
    Footer(t("Archive: 12 months.")),
    Buttons(((Button(t("Undo"), "unsubscribe 1", style="danger"), Button(t("List"), url="https://hf.co/papers")),)),
)


async def answer(call: CommandCall) -> View:
    """Says back what was asked; ``/every`` shows each block, ``/toast`` only confirms."""
    match call.name:
        case "every":
            return View(EVERY_BLOCK)
        case "toast":
            return View((), toast=t("Saved · {what}", what="ä"))
        case "change":
            return View((TextBlock(t("changed in place")),), replaces_message=True)
    return View((TextBlock(t("{name}|{argument}", name=call.name or "words", argument=call.argument)),))


@pytest.fixture
def local(sqlite_storage: Database) -> LocalChat:
    return LocalChat(sqlite_storage, SystemClock(), answer, "")


def window(
    local: LocalChat,
    *,
    password: str = "",
    caller: str = "127.0.0.1",
    public_url: str = "",
    trusted: Collection[str] = (),
) -> httpx.AsyncClient:
    app = Starlette(
        routes=chat_routes(
            local,
            access=ChatAccess(password, public_url=public_url, trusted_proxies=trusted),
            commands=["subscribe", "today"],
            suggest=lambda typed: [f"{typed}usion"],
        )
    )
    transport = httpx.ASGITransport(app, client=(caller, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", follow_redirects=True)


@pytest.fixture
async def page(local: LocalChat) -> AsyncIterator[httpx.AsyncClient]:
    async with window(local) as page:
        yield page


async def test_a_newcomer_sees_what_to_try(page: httpx.AsyncClient) -> None:
    html = (await page.get("/")).text
    for command in ("/subscribe diffusion", "/subscribe clustering", "/today", "/search diffusion"):
        assert f'value="{command}"' in html
    assert "//" not in html.replace("http://www.w3.org", "")


async def test_while_somebody_types_whole_lines_are_suggested(page: httpx.AsyncClient) -> None:
    answer = await page.get("/suggest", params={"q": "/subscribe diff"})
    assert answer.json() == {"suggestions": ["/subscribe diffusion"]}
    assert (await page.get("/suggest", params={"q": "x" * 5_000})).json() == {"suggestions": []}


async def test_what_is_typed_and_answered_stands_on_the_page_without_scripts(page: httpx.AsyncClient) -> None:
    html = (await page.post("/say", data={"text": "/subscribe  diffusion "})).text
    assert "/subscribe  diffusion" in html
    assert "subscribe|diffusion" in html
    assert "words|just words" in (await page.post("/say", data={"text": "just words"})).text
    assert "topics|" in (await page.post("/say", data={"text": "/papers topics"})).text


async def test_every_block_is_drawn_and_nothing_of_a_title_becomes_a_tag(page: httpx.AsyncClient) -> None:
    html = (await page.post("/say", data={"text": "/every"})).text
    for tag in ("<script>alert", "<b>Bold", "<img src=x", "<!channel", "<summary>.", "<abstract>", "<one>", "<i>Lee"):
        assert tag not in html
    assert "&lt;script&gt;alert" in html
    assert '<b>2 papers for you</b>, <a href="https://hf.co/papers"' in html
    for shown in (
        "▲ 36",
        "3 comments",
        "Lab &amp; Sons",
        "★ 120",
        "+1",
        "twice in the abstract",
        "code appeared",
        "Tue 18 Aug",
        "saved.bib",
        "<mark>(</mark>diffusion OR",
        "unsubscribe 1",
        "Which topic?",
    ):
        assert shown in html
    assert 'href="https://example.org/?a=1&amp;b=2"' in html


async def test_a_file_can_be_taken_along(page: httpx.AsyncClient, local: LocalChat) -> None:
    await page.post("/say", data={"text": "/every"})
    message = (await local.latest_messages(1))[0]
    file = await page.get(f"/documents/{message.id}/8")
    assert file.text == "@misc{x}"
    assert "saved.bib" in file.headers["Content-Disposition"]
    assert (await page.get(f"/documents/{message.id}/0")).status_code == 404
    assert (await page.get("/documents/99/0")).status_code == 404


async def test_a_button_answers_in_place_or_with_a_word(page: httpx.AsyncClient, local: LocalChat) -> None:
    await page.post("/say", data={"text": "hello"})
    message = (await local.latest_messages(1))[0]
    press = {"message": str(message.id), "command": "change"}
    answered = await page.post("/press", data=press, headers={"X-Fetch": "1"})
    assert answered.status_code == 204
    assert [one.id for one in await local.latest_messages()][-1] == message.id
    assert "changed in place" in (await page.get("/")).text
    told = await page.post("/press", data=press | {"command": "toast"}, headers={"X-Fetch": "1"})
    assert told.headers["X-Toast"] == "Saved%20%C2%B7%20%C3%A4"
    assert (await page.post("/press", data={"message": "x", "command": "toast"})).status_code == 400


async def test_messages_that_arrive_by_themselves_are_fetched_once(page: httpx.AsyncClient, local: LocalChat) -> None:
    now = datetime.now(UTC)
    chat = Chat(1, LOCAL_CHAT, ChatKind.LOCAL, "", ChatSettings(), now, now.date())
    first = await local.send(chat, View((TextBlock(t("3 papers for you")),)), key="k1")
    again = await local.send(chat, View((TextBlock(t("3 papers for you")),)), key="k1")
    assert first == again
    assert await local.find_sent(chat, "k1", now) == first
    assert await local.find_sent(chat, "k2", now) is None
    new = await page.get("/messages", params={"after": 0, "edits": 0})
    assert new.text.count("3 papers for you") == 1
    assert (await page.get("/messages", params={"after": first.id, "edits": 0})).text == ""
    await local.edit(chat, first, View((TextBlock(t("4 papers for you")),)))
    edited = await page.get("/messages", params={"after": first.id, "edits": 0})
    assert "4 papers for you" in edited.text
    assert edited.headers["X-Edits"] != "0"
    assert (await page.get("/messages", params={"after": "x"})).status_code == 400


@pytest.mark.parametrize(
    ("caller", "host"),
    [("192.0.2.7", "127.0.0.1:8080"), ("127.0.0.1", "paperboy.example.org"), ("127.0.0.1", "127.0.0.1.example.org")],
)
async def test_without_a_password_it_answers_this_machine_only(local: LocalChat, caller: str, host: str) -> None:
    async with window(local, caller=caller) as page:
        assert (await page.get("/", headers={"Host": host})).status_code == 404
        assert (await page.post("/say", data={"text": "x"}, headers={"Host": host})).status_code == 404
    assert await local.latest_messages() == []


async def test_with_a_password_it_answers_who_knows_it(local: LocalChat) -> None:
    async with window(local, password="correct horse", caller="192.0.2.7") as page:
        assert (await page.get("/")).status_code == 401
        assert (await page.get("/", auth=("", "wrong"))).status_code == 401
        assert (await page.get("/", headers={"Authorization": "Basic ###"})).status_code == 401
        assert (await page.get("/", auth=("anybody", "correct horse"))).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_forms_of_other_pages_are_not_taken(
    page: httpx.AsyncClient, local: LocalChat, headers: dict[str, str]
) -> None:
    assert (await page.post("/say", data={"text": "/forget"}, headers=headers)).status_code == 403
    assert await local.latest_messages() == []


async def test_a_form_that_is_too_long_is_refused_and_an_empty_one_says_nothing(
    page: httpx.AsyncClient, local: LocalChat
) -> None:
    assert (await page.post("/say", data={"text": "x" * 200_000})).status_code == 413
    assert (await page.post("/say", data={"text": "   "})).status_code == 200
    assert await local.latest_messages() == []


async def test_the_page_may_load_nothing_from_elsewhere(page: httpx.AsyncClient) -> None:
    policy = (await page.get("/")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for asset in ("paperboy.css", "paperboy.js", "icon.svg"):
        file = await page.get(f"/static/{asset}")
        assert file.status_code == 200
        assert "http://" not in file.text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("number", ["²", "-1", "x", "9" * 30, "9" * 4_400])
async def test_a_number_that_is_none_is_told_kindly(page: httpx.AsyncClient, number: str) -> None:
    assert (await page.get("/messages", params={"after": number})).status_code == 400
    assert (await page.post("/press", data={"message": number, "command": "change"})).status_code == 400
    assert (await page.get(f"/documents/{number}/0")).status_code == 404
    assert (await page.get(f"/documents/1/{number}")).status_code == 404


@pytest.mark.parametrize("headers", [{"Host": "[::1"}, {"Host": ""}])
async def test_a_host_that_is_none_is_refused(page: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await page.get("/", headers=headers)).status_code == 404


async def test_odd_origins_and_passwords_are_refused_too(page: httpx.AsyncClient, local: LocalChat) -> None:
    assert (await page.post("/say", data={"text": "x"}, headers={"Origin": "http://[::1"})).status_code == 403
    async with window(local, password="päss wörd") as closed:
        assert (await closed.get("/", headers={b"Authorization": "Basic \xe9".encode("latin-1")})).status_code == 401
        assert (await closed.get("/", auth=("", "päss wörd"))).status_code == 200


# --- the browser's clock


async def test_a_browser_tells_its_zone_and_without_one_it_is_the_servers(sqlite_storage: Database) -> None:
    asked: list[str] = []

    async def note(call: CommandCall) -> View:
        asked.append(call.zone_hint)
        return View((TextBlock(t("well")),))

    async with window(LocalChat(sqlite_storage, SystemClock(), note, "Europe/Berlin")) as page:
        await page.post("/say", data={"text": "/today", "zone": "Asia/Tokyo"})
        await page.post("/press", data={"command": "today", "message": "2", "zone": "Asia/Tokyo"})
        await page.post("/say", data={"text": "/today"})
        await page.post("/say", data={"text": "/today", "zone": "../../etc/passwd"})
        await page.post("/say", data={"text": "/today", "zone": "Mars/Olympus"})
    assert asked == ["Asia/Tokyo", "Asia/Tokyo", "Europe/Berlin", "Europe/Berlin", "Europe/Berlin"]


async def test_times_are_those_of_the_chats_zone(sqlite_storage: Database) -> None:
    class Noon(SystemClock):
        def now(self) -> datetime:
            return datetime(2026, 8, 21, 12, 0, tzinfo=UTC)

    async with window(LocalChat(sqlite_storage, Noon(), answer, "Europe/Berlin")) as page:
        await page.post("/say", data={"text": "/today"})
        assert ">14:00 Berlin</time>" in (await page.get("/")).text
        async with sqlite_storage.write() as work:
            await work.chats.get_or_create(
                LOCAL_CHAT, ChatKind.LOCAL, "", ChatDefaults(zone="Asia/Tokyo"), Noon().now()
            )
            await work.commit()
        assert ">21:00 Tokyo</time>" in (await page.get("/messages?after=0&edits=0")).text
