"""A local Hugging Face papers API and arXiv RSS, for the real HTTP clients to talk to.

    async with FakePapersApi(clock) as hub:
        hub.add_day("2026-03-02", rows)
        ... HF_ENDPOINT=hub.url, ARXIV_RSS_URL=hub.url ...

Where Hugging Face documents nothing (the wording of an error, the list without a date, an unknown arXiv
category) the answer is a plausible one: don't rely on it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.fakes import papers_faults, papers_quota
from tests.fakes.papers_faults import Fault, Handler, ScriptedFault
from tests.fakes.papers_list_days import (
    Growth,
    ListDay,
    Row,
    everything,
    paper_of,
    read_days,
    read_recaptures,
    through_the_day,
    usual_hours,
    visible_rows,
)
from tests.fakes.papers_query import InvalidParameter, asked_days, found_by, ordered, page, submitted_by
from tests.fakes.papers_quota import RequestQuota

FIXTURES = Path(__file__).parent.parent / "fixtures"
ARXIV_ZONE = ZoneInfo("America/New_York")
REST_DAYS = (5, 6)


@dataclass(frozen=True, slots=True)
class HubRequest:
    """One request and how it ended; status 0 means that no answer was completed."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: datetime
    status: int


def system_now() -> datetime:
    return datetime.now(UTC)


class FakePapersApi:
    """Listens on a free port of 127.0.0.1 while its `async with` block lasts.

    `clock` decides what is in the future, which rows of a growing day are there, when the window of the
    request allowance ends and whether arXiv has its weekend (the machine's own weekend is ignored, so that
    tests without a clock do the same on every day). `page_cap` is the most rows it hands out a page, whatever is
    asked.
    """

    url: str

    def __init__(self, clock: Callable[[], datetime] = system_now) -> None:
        self.now = clock
        self.requests: list[HubRequest] = []
        self.allowance = RequestQuota(lambda: self.now())
        self.page_cap: int | None = None
        self._days: dict[date, ListDay] = {}
        self._feeds: dict[str, str] = {}
        self._faults: list[ScriptedFault] = []

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._log, self._go_wrong, self._count])
        app.router.add_get("/api/daily_papers", self._daily)
        app.router.add_get("/api/papers/search", self._search)
        app.router.add_get("/api/papers/{id}", self._paper)
        app.router.add_get("/papers/{id}.md", self._markdown)
        app.router.add_get("/rss/{category}", self._feed)
        app.router.add_get(papers_faults.LOOP_PATH, self._loop)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    # What is listed

    def set_now(self, moment: datetime) -> None:
        self.now = lambda: moment

    def add_day(self, day: date | str, rows: Sequence[Row]) -> None:
        """List these rows under a day, in the order in which they appear when the day is made to grow."""
        self._days[as_date(day)] = ListDay([dict(row) for row in rows])

    def add_feed(self, category: str, xml: str) -> None:
        self._feeds[category] = xml

    def serve_fixtures(self) -> list[date]:
        """The three small days and the feeds kept with the tests; answers the days."""
        days = read_days(FIXTURES / "daily_papers")
        self._days.update(days)
        for path in (FIXTURES / "arxiv").glob("*.xml"):
            self.add_feed(path.stem, path.read_text(encoding="utf-8"))
        return sorted(days)

    def serve_real_days(self, folder: Path | None = None) -> list[date]:
        """Real days from `folder` or from where PAPERBOY_DATA points; no days when there are none.

        Days captured several times grow by the clock, from capture to capture.
        """
        root = folder or Path(os.environ.get("PAPERBOY_DATA") or "/nonexistent")
        days = {**read_days(root / "daily_papers"), **read_recaptures(root / "recaptures")}
        self._days.update(days)
        return sorted(days)

    def grow_day(
        self,
        day: date | str,
        until: int | datetime | None = None,
        *,
        since: datetime | None = None,
        order: Sequence[str] = (),
    ) -> None:
        """Make a listed day grow, its votes rising.

        `until` a number: so many rows are there now (call again for more). A moment: rows appear evenly by
        the clock from `since` (02:00 UTC of that day) to it, each reaching its votes 24 hours later. None:
        everything is there. `order` names papers that appear first; the others follow in the order given.
        """
        shown = self._days[as_date(day)]
        shown.put_first(order)
        shown.growth = growth(until, since or usual_hours(as_date(day))[0])

    def rows(self, day: date | str, moment: datetime) -> list[Row]:
        """What is listed under a day at a moment; nothing under a day without a list."""
        listed = self._days.get(as_date(day))
        return listed.at(moment) if listed else []

    def update_paper(self, paper_id: str, **fields: Any) -> None:
        """Change a listed paper (`upvotes=44`, `ai_summary="..."`), as votes and summaries arrive late."""
        for listed in self._days.values():
            for row in listed.rows:
                if paper_of(row).get("id") == paper_id:
                    row["paper"] = {**paper_of(row), **fields}

    # What goes wrong, and what was asked

    def fail(self, fault: Fault, *, times: int | None = None, path: str = "/", date: str | None = None) -> None:
        """Answer requests below `path` (and for that `date=`) with a fault, `times` times or until healed.

        Faults of several calls are used up in their order.
        """
        self._faults.append(ScriptedFault(fault, path, date, times))

    def clear_faults(self) -> None:
        self._faults.clear()

    def requests_for(self, path: str = "/api/daily_papers", **query: str) -> list[HubRequest]:
        """The logged requests for a path, with at least these parameters, oldest first."""
        return [request for request in self.requests if request.path == path and query.items() <= request.query.items()]

    # Layers around every answer

    @web.middleware
    async def _log(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 0
        try:
            response = await handler(request)
            status = response.status if transport_lives(request) else 0
            return response
        finally:
            asked = HubRequest(request.path, dict(request.query), dict(request.headers), self.now(), status)
            self.requests.append(asked)

    @web.middleware
    async def _go_wrong(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        scripted = next((entry for entry in self._faults if entry.matches(request)), None)
        return await (scripted.use()(request, handler) if scripted else handler(request))

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/api/"):
            return await answered(request, handler)
        allowed, headers = self.allowance.consume(request)
        if not allowed:
            return papers_quota.refusal(headers)
        response = await answered(request, handler)
        response.headers.update(headers)
        return response

    # Endpoints

    async def _daily(self, request: web.Request) -> web.Response:
        days = asked_days(request.query, self.now().date())
        listed = sorted(self._days.keys() if days is None else days & self._days.keys(), reverse=True)
        rows = [row for day in listed for row in self._days[day].at(self.now())]
        chosen = submitted_by(rows, request.query.get("submitter"))
        return json_answer(page(ordered(chosen, request.query), request.query, self.page_cap))

    async def _search(self, request: web.Request) -> web.Response:
        return json_answer(found_by(self._indexed().values(), request.query))

    async def _paper(self, request: web.Request) -> web.Response:
        row = self._indexed().get(request.match_info["id"])
        if row is None:
            return not_found("Paper not found")
        linked: Row = {f"linked{kind}": [] for kind in ("Models", "Datasets", "Spaces")}
        totals = {f"numTotal{kind}": 0 for kind in ("Models", "Datasets", "Spaces")}
        return json_answer({**paper_of(row), **linked, **totals})

    async def _markdown(self, request: web.Request) -> web.Response:
        row = self._indexed().get(request.match_info["id"])
        if row is None:
            return not_found("Paper not found")
        paper = paper_of(row)
        text = f"# {paper.get('title', '')}\n\n## Abstract\n\n{paper.get('summary', '')}\n\n## 1 Introduction\n"
        return web.Response(text=text, content_type="text/markdown")

    async def _feed(self, request: web.Request) -> web.Response:
        category = request.match_info["category"]
        xml = self._feeds.get("weekend" if self._arxiv_rests() else category)
        if xml is None or category not in self._feeds:
            return not_found("Unknown category")
        return web.Response(text=xml, content_type="application/rss+xml")

    async def _loop(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": papers_faults.LOOP_PATH})

    def _indexed(self) -> dict[str, Row]:
        rows = [row for day in sorted(self._days) for row in self._days[day].at(self.now())]
        return {paper_of(row)["id"]: row for row in rows if paper_of(row).get("id")}

    def _arxiv_rests(self) -> bool:
        return self.now is not system_now and self.now().astimezone(ARXIV_ZONE).weekday() in REST_DAYS


def growth(until: int | datetime | None, since: datetime) -> Growth:
    if until is None:
        return everything
    return visible_rows(until) if isinstance(until, int) else through_the_day(since, until)


def as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


async def answered(request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]) -> web.StreamResponse:
    try:
        return await handler(request)
    except InvalidParameter as error:
        return error_answer(400, str(error))
    except web.HTTPNotFound:
        return not_found("Sorry, we can't find the page you are looking for.")


def not_found(message: str) -> web.Response:
    return error_answer(404, message)


def error_answer(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status, headers={"X-Error-Message": message})


def json_answer(value: Any) -> web.Response:
    """UTF-8 as the Hub sends it; a lone surrogate, which UTF-8 cannot hold, makes the whole answer ASCII."""
    try:
        body = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        body = json.dumps(value).encode()
    return web.Response(body=body, content_type="application/json", charset="utf-8")


def transport_lives(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
