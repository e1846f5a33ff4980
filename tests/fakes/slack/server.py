"""The local fake for Slack: one aiohttp server with the Web API, Socket Mode and answer addresses.

`async with FakeSlack() as slack:` listens on 127.0.0.1; `slack.url` is the base address for the client
libraries. Workspaces, channels and people are made with `slack.workspace("T1")` and from there on.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.event_delivery import EventDeliveries, wait_for_tasks
from tests.fakes.slack.faults import CallLog, ChannelRateMonitor, SlackFault, SlackFaults
from tests.fakes.slack.messages import MessagePoster, ViewPresenter
from tests.fakes.slack.methods.files import SlackUpload, receive
from tests.fakes.slack.response_urls import ResponseUrls, Triggers
from tests.fakes.slack.socket_mode import PATH, SocketMode
from tests.fakes.slack.web_api import SlackRefusal, WebApi
from tests.fakes.slack.workspace import SlackMessage, SlackWorkspace
from tests.fakes.slack.workspace_events import EVENTS, WorkspaceEvents

T = TypeVar("T")


class IdGenerator:
    """Ids in Slack's shapes, readable: the letter, a number, the name."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._count: Counter[str] = Counter()
        self._last_ts = 0

    def new(self, prefix: str, name: str) -> str:
        letters = "".join(c for c in name.upper() if c.isascii() and c.isalnum())
        return f"{prefix}{self.count(prefix):03d}{letters:X<6}"

    def count(self, what: str = "") -> int:
        self._count[what] += 1
        return self._count[what]

    def ts(self) -> str:
        """A message's timestamp: seconds with six decimals, never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(self._now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"


class FakeSlack:
    """Slack, for one app that is installed in any number of workspaces.

    `now`: its clock, seconds since 1970 UTC (for rehearsals at another time); signatures use the wall clock.
    `runs`: that clock runs as real time does, so that a delay of this process can be told from the app's haste.
    """

    def __init__(self, *, now: Callable[[], float] = time.time, runs: bool = False, bot_name: str = "paperboy") -> None:
        self._runs = runs
        self._clock = now
        self._ahead = 0.0
        self._bot_name = bot_name
        self.ids = IdGenerator(self.now)
        self.app_id = "A001TEST"
        self.app_token = "xapp-test"
        self.signing_secret = "signing-secret-for-tests"
        self.verification_token = "verification-for-tests"
        self.client_id = "client-for-tests"
        self.client_secret = "client-secret-for-tests"
        self.subscriptions: set[str] = set(EVENTS)
        self.unfurl_domains: set[str] = set()
        self.messages_tab = True
        self.home_tab = True
        self.workspaces: dict[str, SlackWorkspace] = {}
        #: Every Web API call, in order.
        self.calls = CallLog()
        #: What Slack would show to a person or a developer as an error without any call having failed.
        self.complaints: list[str] = []
        self.faults = SlackFaults()
        self.rate_monitor = ChannelRateMonitor()
        self.unfurls: dict[str, SlackMessage] = {}
        self.uploads: dict[str, SlackUpload] = {}
        self.events = WorkspaceEvents(self)
        self.poster = MessagePoster(self)
        self.screens = ViewPresenter(self)
        self.triggers = Triggers(self)
        self.response_urls = ResponseUrls(self)
        self.socket = SocketMode(self)
        self.deliveries = EventDeliveries(self)
        self._codes: dict[str, tuple[SlackWorkspace, str]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._change = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", WebApi(self).handle)
        app.router.add_get(PATH, self.socket.handle)
        app.router.add_post("/hooks/{key}", self.response_urls.handle)
        app.router.add_post("/upload/v1/{file}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        self.http = aiohttp.ClientSession()
        if self._runs:
            ticking = asyncio.create_task(self.rate_monitor.watch.run())
            self._tasks.add(ticking)
            ticking.add_done_callback(self._tasks.discard)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.faults.clear()
        for task in self._tasks:
            task.cancel()
        await wait_for_tasks(self._tasks)
        await self.socket.close()
        await self.http.close()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The base address for `AsyncWebClient(base_url=...)`."""
        return f"{self.address}/api/"

    def workspace(self, team_id: str) -> SlackWorkspace:
        """The workspace with this id, made when first asked for, with the app installed."""
        if team_id not in self.workspaces:
            self.workspaces[team_id] = SlackWorkspace(self, team_id, bot_name=self._bot_name)
        return self.workspaces[team_id]

    def team_of(self, token: str) -> SlackWorkspace | None:
        """Whose bot token this is or was."""
        owners = (t for t in self.workspaces.values() if token == t.bot_token or token in t.former_tokens)
        return next(owners, None)

    def fail(
        self, method: str, fault: SlackFault, *, times: int = 1, when: Callable[..., bool] | None = None
    ) -> SlackFault:
        """Scripts what goes wrong with the next calls of a method; see `faults` for the kinds."""
        return self.faults.plan(method, fault, times=times, when=when)

    def deliver_to(self, url: str | None) -> None:
        """Interactions go to this address as signed POSTs (None: over Socket Mode again)."""
        self.deliveries.url = url

    def use_manifest(self, manifest: Json) -> None:
        """Takes events and scopes from the app's manifest, so that what is missing there is missing here."""
        settings = manifest.get("settings", {})
        self.subscriptions = set(settings.get("event_subscriptions", {}).get("bot_events", []))
        home = manifest.get("features", {}).get("app_home", {})
        self.home_tab = bool(home.get("home_tab_enabled", False))
        self.messages_tab = bool(home.get("messages_tab_enabled", False))
        self.unfurl_domains = set(manifest.get("features", {}).get("unfurl_domains", []))
        for team in self.workspaces.values():
            team.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))

    # Time and waiting.

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Time passes at Slack: triggers and answer addresses grow old."""
        self._ahead += seconds

    def utc_offset(self, tz: str) -> int:
        """The zone's offset now, in seconds."""
        offset = datetime.fromtimestamp(self.now(), UTC).astimezone(ZoneInfo(tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def changed(self) -> None:
        """Wakes everyone who waits for something to be seen."""
        self._change.set()
        self._change = asyncio.Event()

    async def until(self, look: Callable[[], T], what: str | Callable[[], str], *, timeout: float = 60) -> T:
        """Waits until `look` finds something true and returns it; AssertionError after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := look()):
                    await self._change.wait()
                return found
        except TimeoutError:
            waited_for = what if isinstance(what, str) else what()
            raise AssertionError(f"waited {timeout:g} s for {waited_for}") from None

    async def connected(self, *, timeout: float = 60) -> None:
        """Waits until the app is there over Socket Mode."""
        await self.until(lambda: self.socket.connected, "the app to connect", timeout=timeout)

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Does this beside what is going on; `idle` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Waits until every event under way has been acknowledged or given up."""
        await wait_for_tasks(self._tasks)

    @contextmanager
    def complaining(self, about: str) -> Iterator[None]:
        """What Slack refuses in here goes to `complaints`."""
        try:
            yield
        except SlackRefusal as refusal:
            self.complaints.append(f"{about}: {refusal.error} {refusal.more or ''}".strip())

    async def _receive(self, request: web.Request) -> web.Response:
        return await receive(self.uploads, request)

    # Installing by OAuth.

    def new_code(self, team: SlackWorkspace, installer: str) -> str:
        """The code that an installation brings to the app's redirect address; works once."""
        code = self.ids.new("", "CODE")
        self._codes[code] = (team, installer)
        return code

    def take_code(self, code: str) -> tuple[SlackWorkspace, str] | None:
        return self._codes.pop(code, None)
