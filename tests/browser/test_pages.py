"""The public pages in a real Chromium: by keyboard, on a phone, enlarged, in the dark, printed and without scripts."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from adapters.huggingface.sample import load_sample_papers
from paperboy.cli.run import web_app
from paperboy.server import WebServer
from storage.database import Database
from tests.adapters.pages.site import ARCHIVE, WEDNESDAY, Site, open_site
from tests.browser.chromium import CHROMIUM, OFFLINE_ARGS

DAY = "/papers/2026-08-19"
# A desk, a phone, and both at 200 %, which leaves half of each to lay out.
SCREENS = [(1280, 900), (390, 844), (640, 450), (320, 422)]
PATHS = [
    DAY,
    f"{DAY}?topic=diffusion",
    f"{DAY}?topic=(diffusion",
    "/papers/week/2026-W34",
    "/papers/2608.00001",
    "/papers/search?q=clustering",
    "/papers/2026-08-16",
]


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[str]:
    """The site on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(web_app(site.app))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def address(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[str]:
    real = [replace(each.paper, sample=False, listed_on=each.day) for each in load_sample_papers(WEDNESDAY.date())]
    long = replace(ARCHIVE[0], id="2608.00009", title="Supercalifragilistic" * 12, abstract="word" * 400)
    papers = (*ARCHIVE, *real, long)
    async with open_site(tmp_path, *papers, public_url="", caller="127.0.0.1") as site, serving(site) as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM, "these tests need Chromium (Debian: apt-get install chromium)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(OFFLINE_ARGS))
        yield browser
        await browser.close()


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.innerText || document.activeElement.id"))


async def test_nothing_is_wider_than_any_screen(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    for width, height in SCREENS:
        await page.set_viewport_size(ViewportSize(width=width, height=height))
        for path in PATHS:
            await page.goto(address + path)
            await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, (path, width)


async def test_a_visitor_reads_filters_and_turns_the_page_by_keyboard(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address + "/papers")
    await expect(page).to_have_url(address + DAY)
    await page.keyboard.press("Tab")
    assert await focused(page) == "To the papers"
    await page.keyboard.press("Enter")
    passed: list[str] = []
    while await focused(page) != "topic":
        await page.keyboard.press("Tab")
        passed.append(await focused(page))
        assert len(passed) < 5, passed
    await page.keyboard.type("diffusion")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{address}{DAY}?topic=diffusion")
    await expect(page.locator("#topic")).to_have_value("diffusion")
    await expect(page.get_by_role("heading", name="Diffusion for School Timetables")).to_be_visible()
    summary = page.locator("summary").first
    await summary.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("details").first).to_have_attribute("open", "")
    await page.get_by_role("link", name="All papers of this list").press("Enter")
    await page.get_by_role("navigation", name="Before and after").get_by_role("link").first.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tuesday, 18 August 2026")


async def test_it_needs_no_scripts_asks_nobody_else_and_complains_of_nothing(browser: Browser, address: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    asked, problems = set(), []
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    await page.goto(address + "/papers/search")
    await page.fill("#q", "clustering")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("link", name="Clustering of Ferries", exact=True)).to_be_visible()
    assert {url for url in asked if not url.startswith(address)} == set()
    assert problems == []
    assert await context.cookies() == []


async def test_every_field_has_a_name_every_page_one_heading_and_a_language(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    for path in PATHS:
        await page.goto(address + path)
        assert await page.locator("html[lang=en]").count() == 1
        assert await page.get_by_role("heading", level=1).count() == 1, path
        assert await page.locator("main").count() == 1
        fields = await page.evaluate("[...document.querySelectorAll('input')].every(each => each.labels.length)")
        assert fields, path
        ids = await page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert len(ids) == len(set(ids)), path


async def test_in_the_dark_it_is_dark_and_can_be_read(browser: Browser, address: str) -> None:
    """https://www.w3.org/TR/WCAG22/#contrast-minimum: 4.5 to 1 for text."""
    for scheme in ("light", "dark"):
        context = await browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        page = await context.new_page()
        await page.goto(address + DAY)
        behind = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (luminance(behind) < 0.1) is (scheme == "dark")
        for text in (".motto", ".state", ".tldr", ".facts", ".votes", ".links a", "summary", ".paper h2"):
            shown = await page.locator(text).first.evaluate("each => getComputedStyle(each).color")
            light, dark = sorted((luminance(behind), luminance(shown)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, text)


def luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, of ``rgb(r, g, b)``."""
    parts = [int(each) / 255 for each in re.findall(r"\d+", color)[:3]]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_on_paper_only_the_papers_are_left(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address + DAY)
    await page.emulate_media(media="print")
    await expect(page.get_by_role("heading", name="Diffusion for School Timetables")).to_be_visible()
    for hidden in (".filter", ".masthead nav", ".subscribe", ".turn"):
        await expect(page.locator(hidden)).to_be_hidden()
