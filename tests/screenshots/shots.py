"""One picture before it is taken: a page to be photographed, and the same in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from markupsafe import Markup

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "docs" / "pictures"
_APART = {"div", "p", "header", "footer", "ul", "li", "pre", "blockquote"}
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><style>{style}</style></head><body>{body}</body></html>'
)


@dataclass(frozen=True, slots=True)
class Shot:
    """``page`` is a whole HTML page, ``width`` that of the window in CSS pixels."""

    name: str
    page: str
    width: int

    @property
    def picture(self) -> Path:
        return FOLDER / f"{self.name}.png"

    @property
    def words(self) -> Path:
        return FOLDER / f"{self.name}.txt"

    @property
    def transcript(self) -> str:
        """What stands there in words, buttons in brackets and quotes behind a sign; the last line changes with anything
        on the page, be it a colour."""
        return f"{page_transcript(self.page)}\n\n(drawn from {sha256(self.page.encode()).hexdigest()[:12]})\n"


def make_shot(name: str, body: Markup, style: str, width: int) -> Shot:
    """``style`` names a file beside this one."""
    css = Markup((HERE / style).read_text("utf-8"))
    return Shot(name, str(_PAGE.format(style=css, body=body)), width)


def page_transcript(page: str) -> str:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    (text,) = reader.pieces
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


class _Reader(HTMLParser):
    """Collects text; a quote is collected for itself, so that each of its lines gets the sign."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = [""]
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in _APART:
            self._new_line()
        if tag == "blockquote":
            self.pieces.append("")
        if tag == "button":
            self.pieces[-1] += "["

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if tag == "button":
            self.pieces[-1] += "] "
        if tag == "blockquote":
            quoted = self.pieces.pop().strip().splitlines()
            self.pieces[-1] += "\n".join(f"> {line}" for line in quoted)
        if tag in _APART:
            self._new_line()

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.pieces[-1] += data

    def _new_line(self) -> None:
        if self.pieces[-1] and not self.pieces[-1].endswith("\n"):
            self.pieces[-1] += "\n"
