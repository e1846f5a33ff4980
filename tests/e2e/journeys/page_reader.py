"""On the local page, as a browser without scripts shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

import httpx

from tests.e2e.journeys.reader import find_label


@dataclass
class PageMessage:
    """One message of the conversation: ``forms`` are the fields that a button sends, by its label."""

    typed: bool
    text: str = ""
    forms: dict[str, dict[str, str]] = field(default_factory=dict)


class PageReader:
    """Implements :class:`tests.e2e.journeys.reader.Reader`."""

    def __init__(self, page: httpx.AsyncClient) -> None:
        self._page = page
        self._read = 0

    async def ask(self, line: str) -> str:
        (await self._page.post("/say", data={"text": line})).raise_for_status()
        messages = await self._messages()
        self._read = len(messages)
        return messages[-1].text

    async def press(self, label: str) -> str:
        before = await self._messages()
        fields = next((found for message in reversed(before) if (found := _fields(message, label))), None)
        assert fields, f"no button {label!r}, only {[list(message.forms) for message in before]}"
        answer = await self._page.post("/press", data=fields, headers={"X-Fetch": "1"})
        answer.raise_for_status()
        after = await self._messages()
        self._read = len(after)
        changed = [new for position, new in enumerate(after) if before[position : position + 1] != [new]]
        return changed[-1].text if changed else unquote(answer.headers.get("X-Toast", ""))

    async def came(self) -> str:
        messages = await self._messages()
        new, self._read = messages[self._read :], len(messages)
        return "\n".join(message.text for message in new if not message.typed)

    async def _messages(self) -> list[PageMessage]:
        parser = _ConversationParser()
        parser.feed((await self._page.get("/messages")).text)
        return parser.messages


def _fields(message: PageMessage, label: str) -> dict[str, str] | None:
    return message.forms.get(find_label(message.forms, label))


class _ConversationParser(HTMLParser):
    """Reads the messages of the page: their text, a line an element, and what each button would send."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[PageMessage] = []
        self._fields: dict[str, str] = {}
        self._label: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "article":
            self.messages.append(PageMessage(given.get("class") == "typed"))
        elif tag == "form":
            self._fields = {}
        elif tag in ("input", "button") and "name" in given:
            self._fields[given["name"]] = given.get("value", "")
        if tag == "button":
            self._label = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._label is not None:
            self.messages[-1].forms["".join(self._label).strip()] = self._fields
            self._label = None

    def handle_data(self, data: str) -> None:
        if self._label is not None:
            self._label.append(data)
        words = re.sub(r"\s+", " ", data)
        self.messages[-1].text += words if words.strip() else ""
        if data.endswith("\n"):
            self.messages[-1].text += "\n"
