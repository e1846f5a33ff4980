"""The local chat in a real Chromium: a newcomer's two minutes, on a desk, on a phone and without scripts."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.browser.chromium import CHROMIUM, OFFLINE_ARGS

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1100, height=850)


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A Paperboy of the test's own, without a network: nothing listens where its source should be."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "paperboy",
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PORT": str(port),
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "TIMEZONE": "Europe/Berlin",
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    await papers_are_there(url)
    yield url
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0


async def papers_are_there(url: str) -> None:
    """Until the page answers and the sample is in: its papers are the first revisions."""
    async with httpx.AsyncClient() as client:
        for _ in range(300):
            try:
                if "paperboy_papers" in (await client.get(url + "metrics")).text:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("Paperboy did not start")


expect.set_options(timeout=20_000)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM, "these tests need Chromium (Debian: apt-get install chromium)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(OFFLINE_ARGS))
        yield browser
        await browser.close()


async def say(page: Page, text: str) -> None:
    """As a fast typist does: without waiting for the answer to the line before."""
    await page.fill("#text", text)
    await page.keyboard.press("Enter")


async def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def test_a_newcomers_two_minutes(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=DESK)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(address) else None)
    await page.goto(address)

    await page.get_by_role("button", name="/subscribe diffusion").click()
    await expect(page.get_by_text("✓ Following diffusion")).to_be_visible()
    await expect(page.get_by_text("Sample").first).to_be_visible()
    await page.get_by_role("button", name="Send me today’s now").click()
    await expect(page.get_by_text("papers for you")).to_be_visible()

    await say(page, "/subscribe clustering")
    await expect(page.get_by_text("✓ Following clustering")).to_be_visible()
    await say(page, "/today")
    await say(page, "/search diffusion")
    await expect(page.get_by_text("papers about it")).to_be_visible()
    await say(page, "world model")
    await expect(page.get_by_role("button", name="Follow world model")).to_be_visible()
    await page.get_by_role("button", name="Follow world model").click()
    await expect(page.get_by_text("✓ Following world model")).to_be_visible()
    assert problems == []
    assert elsewhere == []


async def test_what_another_window_says_appears_by_itself(browser: Browser, address: str) -> None:
    first, second = await browser.new_page(), await browser.new_page()
    await first.goto(address)
    await second.goto(address)
    await say(second, "/topics")
    await expect(first.locator("article.typed", has_text="/topics")).to_be_visible()


async def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(address)
    assert await fits(page)
    await say(page, "/subscribe LLM agents")
    await expect(page.get_by_text("✓ Following LLM agents")).to_be_visible()
    await page.get_by_role("button", name="Send me today’s now").click()
    await expect(page.get_by_text("papers for you")).to_be_visible()
    await expect(page.locator("details.folded summary, .titles").first).to_be_visible()
    assert await fits(page)


async def test_a_title_with_everything_in_it_does_nothing(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await page.goto(address)
    await say(page, "/search <b>Bold & *Brave*</b>: `rm -rf` Guards, <!channel> Noise and $\\alpha$_budget Limits 🤖")
    await expect(page.get_by_text("<!channel>").first).to_be_visible()
    await say(page, "/search <img src=x onerror=alert(1)><script>alert(2)</script>")
    await expect(page.locator("article.answer").last).to_be_visible()
    assert await page.locator("main img, main script").count() == 0
    assert dialogs == []


async def test_while_somebody_types_topics_are_offered(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address)
    await page.locator("#text").press_sequentially("/subscribe diff")
    await expect(page.locator('#commands option[value="/subscribe diffusion"]')).to_be_attached()
    await page.fill("#text", "")
    await expect(page.locator('#commands option[value="/today"]')).to_be_attached()


async def test_it_works_without_scripts(browser: Browser, address: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="/subscribe diffusion").click()
    await expect(page.get_by_text("✓ Following diffusion")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("article.answer").last).not_to_contain_text("✓ Following diffusion")
    await page.fill("#text", "/topics")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("article.typed", has_text="/topics")).to_be_visible()


async def test_what_was_erased_is_gone_from_the_screen_and_that_is_said(address: str, browser: Browser) -> None:
    page = await browser.new_page(viewport=DESK)
    await page.goto(address)
    await say(page, "/subscribe diffusion")
    await expect(page.get_by_text("Following diffusion")).to_be_visible()
    await say(page, "/forget")
    await page.get_by_role("button", name="Erase everything").click()
    await expect(page.get_by_text("Everything is erased.")).to_be_visible()
    await expect(page.get_by_text("Following diffusion")).to_have_count(0)
    await expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_text("Everything is erased.")).to_be_visible()
