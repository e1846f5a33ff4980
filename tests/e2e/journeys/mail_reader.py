"""By mail: reads the mailbox, opens links, and types where a page offers a line to type on.

Who gets no mail yet reads the public pages and fills in the form; afterwards everything is said on the page behind a
fresh link, which is asked for anew once it is too old.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Final

import httpx

from adapters.email import EmailPlatform
from tests.e2e.journeys.reader import find_label
from tests.e2e.support.environment import SteppingClock
from tests.fakes.smtp import MailInbox
from tests.fakes.smtp.inbox import html_of, text_of

ADDRESS: Final = "anna@reader.net"
_FORM: Final = re.compile(r'<form[^>]*method="post" action="([^"]*)">(.*?)</form>', re.DOTALL)
_FIELD: Final = re.compile(r'name="([^"]+)"[^>]*?value="([^"]*)"')
_NOT_CHOSEN: Final = re.compile(r'<input type="radio"(?![^>]*\bchecked\b)[^>]*>')
_LABEL: Final = re.compile(r"<button[^>]*>(.*?)</button>", re.DOTALL)


class MailReader:
    """Implements :class:`tests.e2e.journeys.reader.Reader`."""

    def __init__(self, platform: EmailPlatform, inbox: MailInbox, browser: httpx.AsyncClient, clock: SteppingClock):
        self._platform = platform
        self._inbox = inbox
        self._browser = browser
        self._clock = clock
        self._read = 0
        self._confirmed: httpx.Response | None = None
        self._fresh = ""
        self._shown: httpx.Response | None = None

    async def ask(self, line: str) -> str:
        if self._confirmed is not None:
            return await self._say(line)
        command, _, argument = line.removeprefix("/").partition(" ")
        if line.startswith("/subscribe"):
            return await self._subscribe(topic=argument)
        if line.startswith("/when"):
            return await self._subscribe(topic="diffusion", time=argument)
        if line.startswith("/paper"):
            return self._text(await self._browser.get(f"/papers/{argument}"))
        if command in ("save", "saved", "export"):  # a list of one's own is kept for those who get mails
            await self._subscribe(topic="speech")
            return await self._say(line)
        query = argument if command in ("search", "preview") and line.startswith("/") else line
        return self._text(await self._browser.get("/papers/search", params={"q": query}))

    async def press(self, label: str) -> str:
        assert self._shown is not None
        forms = _forms(self._shown)
        found = find_label(forms, label)
        assert found, f"no button {label!r}, only {list(forms)}"
        path, fields = forms[found]
        return self._text(await self._browser.post(path, data=fields))

    async def came(self) -> str:
        new, self._read = self._inbox.mails[self._read :], len(self._inbox.mails)
        return "\n".join(text_of(mail) for mail in new if mail["List-Id"])

    async def _subscribe(self, **typed: str) -> str:
        """The form, and the button behind the link that came by mail."""
        form = _forms(await self._browser.get("/subscribe"))["Subscribe"][1]
        self._clock.move_to(self._clock.now() + timedelta(seconds=10))  # a person types
        said = await self._browser.post("/subscribe", data={**form, "email": ADDRESS, **typed})
        await self._platform._questions.send_waiting()
        if said.status_code != 200:
            return self._text(said)
        await self._browser.get(link := _link(html_of(self._inbox.mails[-1]), "confirm"))
        self._confirmed = await self._browser.post(link)
        return self._text(self._confirmed)

    async def _say(self, line: str) -> str:
        shown = await self._browser.get(self._fresh) if self._fresh else None
        if shown is None or shown.status_code != 200:
            await self._ask_for_link()
        return self._text(await self._browser.post(self._fresh, data={"do": "say", "text": line}))

    async def _ask_for_link(self) -> None:
        assert self._confirmed is not None
        path, fields = _forms(self._confirmed)["Mail me a link to my topics"]
        await self._browser.post(path, data=fields)
        self._fresh = _link(html_of(self._inbox.mails[-1]), "settings")
        await self._browser.get(self._fresh)

    def _text(self, shown: httpx.Response) -> str:
        """What stands on the page, without its head."""
        self._shown = shown
        body = shown.text.partition("<main")[2]
        return html.unescape(re.sub(r"[^\S\n]+", " ", re.sub(r"<[^>]*>", "", body))).strip()


def _forms(shown: httpx.Response) -> dict[str, tuple[str, dict[str, str]]]:
    """Where each button sends what, by its label."""
    found = {}
    for path, inside in _FORM.findall(shown.text):
        fields = {name: html.unescape(value) for name, value in _FIELD.findall(_NOT_CHOSEN.sub("", inside))}
        for label in _LABEL.findall(inside):
            found[html.unescape(re.sub(r"<[^>]*>", "", label))] = (html.unescape(path), fields)
    return found


def _link(text: str, purpose: str) -> str:
    found = re.search(rf"https://[^/\"]+(/mail/{purpose}/[\w?=-]+)", text)
    assert found is not None, text
    return found[1]
