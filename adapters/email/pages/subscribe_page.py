"""``/subscribe``: the form, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import time
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.email.addresses import MailAddress, UnsupportedAddress, WrongAddress, parse_address
from adapters.email.links import ChatLinks
from adapters.email.pages.form_time import form_time, is_form_time
from adapters.email.pages.responses import page
from adapters.email.subscribing.signups import Asker
from bot.chats import WEEKLY_DAYS
from bot.commands.queries.topic_input import parse_topic
from bot.commands.ui.timezones import known_zones
from bot.errors import InputError
from bot.i18n import LazyText, t
from bot.ports import Clock, SignupWish
from bot.topics.ast import TRENDING_SIZE
from bot.topics.formatter import TRENDING_NAME

TakeForm = Callable[[MailAddress, SignupWish, Asker], Awaitable[object]]
_FIELDS = ("email", "what", "topic", "rhythm", "time", "zone")
NO_ADDRESS = t("That is no mail address. It looks like anna@example.org.")
SENT_NOTE = t(
    "If that address can get mail, a link is on its way to it. Press it within 48 hours, and your papers begin. "
    "Nothing there? Look among the spam."
)


class FormProblem(Exception):
    """What is to be mended in the form."""

    def __init__(self, message: LazyText) -> None:
        super().__init__(message.msgid)
        self.message = message


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The form as it was read."""

    address: MailAddress
    wish: SignupWish


def parse_form(typed: Mapping[str, str]) -> FilledForm:
    """What is wished for. Raises :class:`FormProblem` for the first thing that is not right."""
    try:
        address = parse_address(typed.get("email", ""))
    except UnsupportedAddress:
        raise FormProblem(
            t("Mail can’t be sent to letters like these before the @ yet. Have you another address?")
        ) from None
    except WrongAddress:
        raise FormProblem(NO_ADDRESS) from None
    hour, zone = _hour(typed.get("time", "")), _zone(typed.get("zone", ""))
    return FilledForm(address, SignupWish((_topic(typed),), hour, zone, _days(typed)))


def _linked_form(topic: str) -> dict[str, str]:
    """The form as a page's link fills it in."""
    return {"what": "trending"} if topic.strip().casefold() == TRENDING_NAME else {"topic": topic}


def _days(typed: Mapping[str, str]) -> frozenset[int]:
    return WEEKLY_DAYS if typed.get("rhythm") == "weekly" else frozenset()


def _topic(typed: Mapping[str, str]) -> str:
    if typed.get("what") == "trending":
        return TRENDING_NAME
    topic = typed.get("topic", "").strip()
    if not topic:
        raise FormProblem(t("Which topic shall it be? Such as diffusion. Or choose the day’s most voted."))
    try:
        parse_topic(topic, "subscribe")
    except InputError as mistake:
        raise FormProblem(mistake.message) from None
    return topic


def _hour(text: str) -> time | None:
    if not text.strip():
        return None
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", text.strip(), re.ASCII)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise FormProblem(t("That is no hour. Write it like 09:00, or leave it empty."))
    return time(int(found[1]), int(found[2]))


def _zone(text: str) -> str:
    known = {name.casefold(): name for name in known_zones()}
    zone = known.get(text.strip().replace(" ", "_").casefold(), "")
    if text.strip() and not zone:
        raise FormProblem(t("I don’t know that time zone. Write it like Europe/Paris, or leave it empty."))
    return zone


def visitor_of(request: Request) -> str:
    """Whose limit counts; '' behind a proxy, where only the limits for all can."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return ""
    return request.client.host if request.client else ""


def is_loopback(request: Request) -> bool:
    """Whether whoever asks sits at this machine."""
    try:
        return ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


class SubscribePage:
    """``take`` stores what was filled in; ``public``: for everybody, else for this machine."""

    def __init__(self, take: TakeForm, links: ChatLinks, clock: Clock, usual_hour: time, *, public: bool) -> None:
        self._take = take
        self._links = links
        self._clock = clock
        self._usual_hour = usual_hour
        self._public = public

    async def answer(self, request: Request) -> Response:
        """GET shows the form, with the topic of the page that led here; POST takes it."""
        if not self._public and not is_loopback(request):
            return PlainTextResponse("Not here: this Paperboy is for its own machine.", 403)
        if request.method != "POST":
            return await self._form(_linked_form(request.query_params.get("topic", "")))
        form = await request.form()
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        signer = await self._links.signer()
        if typed.get("website"):
            return self._done()
        if not is_form_time(typed.get("form", ""), self._clock.now(), signer):
            return await self._form(typed, t("Please look once more, then press Subscribe again."), 422)
        try:
            filled = parse_form(typed)
        except FormProblem as problem:
            return await self._form(typed, problem.message, 422)
        await self._take(filled.address, filled.wish, Asker(visitor=visitor_of(request)))
        return self._done()

    def _done(self) -> Response:
        return page("message.html", t("Look into your mailbox"), lines=[SENT_NOTE], actions=[])

    async def _form(self, typed: Mapping[str, str], problem: LazyText | None = None, status: int = 200) -> Response:
        shown = {name: typed.get(name, "")[:1000] for name in _FIELDS}
        return page(
            "subscribe.html",
            t("Papers by mail"),
            status,
            typed=shown,
            trending=TRENDING_SIZE,
            problem=problem,
            usual=f"{self._usual_hour:%H:%M}",
            form_time=form_time(self._clock.now(), await self._links.signer()),
        )
