"""Photographs pages in Chromium, as small PNGs."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.browser.chromium import CHROMIUM, OFFLINE_ARGS
from tests.screenshots.shots import HERE, Shot

# The picture's pixels for one of CSS: sharp on most screens, and small.
DEVICE_SCALE: Final = 1.5
# Enough for flat colours and the edges of letters.
PALETTE_SIZE: Final = 32
_FOLD: Final = """document.querySelectorAll('.folded').forEach(quote => quote.classList.toggle(
    'more', quote.firstChild.scrollHeight > quote.firstChild.clientHeight + 2))"""
_SMALL: Final = (HERE / "palette.js").read_text("utf-8")


@dataclass
class ScreenshotBrowser:
    browser: Browser

    async def capture(self, shot: Shot) -> bytes:
        """The page from top to bottom, as PNG."""
        size = ViewportSize(width=shot.width, height=100)
        page = await self.browser.new_page(viewport=size, device_scale_factor=DEVICE_SCALE)
        try:
            await page.set_content(shot.page)
            await page.evaluate(_FOLD)
            return await _small(page, await page.screenshot(full_page=True))
        finally:
            await page.close()


@asynccontextmanager
async def open_browser() -> AsyncIterator[ScreenshotBrowser]:
    assert CHROMIUM, "pictures need Chromium (Debian: apt-get install chromium fonts-inter fonts-noto-color-emoji)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(OFFLINE_ARGS))
        yield ScreenshotBrowser(browser)
        await browser.close()


async def _small(page: Page, png: bytes) -> bytes:
    """With a palette a picture takes a third; the browser at hand can count colours, so no further package is needed.

    https://www.w3.org/TR/png-3/
    """
    found: dict[str, Any] = await page.evaluate(_SMALL, {"png": b64encode(png).decode(), "colours": PALETTE_SIZE})
    width, height, numbers = found["width"], found["height"], b64decode(found["numbers"])
    rows = b"".join(b"\0" + numbers[start : start + width] for start in range(0, len(numbers), width))
    parts = (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", bytes(found["palette"])),
        _chunk(b"IDAT", zlib.compress(rows, 9)),
        _chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
