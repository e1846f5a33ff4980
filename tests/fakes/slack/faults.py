"""Every call the app made, and the faults a test scripts for the next ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.loop_watch import LoopWatch
from tests.fakes.slack.block_checks import Json


@dataclass(slots=True, eq=False)
class WebApiCall:
    """One call of a Web API method: what came in and what went out (`answer` None: nothing did)."""

    method: str
    args: Json
    token: str
    team: str | None
    at: float
    answer: Json | None = None
    status: int = 0

    @property
    def error(self) -> str | None:
        return None if self.answer is None else self.answer.get("error")


class CallLog(list[WebApiCall]):
    """All calls in order."""

    def of(self, method: str, **args: Any) -> list[WebApiCall]:
        """The calls of this method whose arguments include these."""
        return [c for c in self if c.method == method and all(c.args.get(k) == v for k, v in args.items())]

    @property
    def errors(self) -> list[str]:
        """`method: error` of each refused call, in order."""
        return [f"{call.method}: {call.error}" for call in self if call.error]


@dataclass(slots=True, eq=False)
class SlackFault:
    """What goes wrong with a call. `accepted`: Slack did the thing all the same."""

    accepted: bool = False
    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    html: bool = False
    drop: bool = False
    seconds: float = 0.0
    gate: asyncio.Event | None = field(default=None, repr=False)
    reached: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def answers_normally(self) -> bool:
        return self.error is None and self.status == 200 and not self.html and not self.drop

    def release(self) -> None:
        """Let the calls that are held go on."""
        if self.gate is not None:
            self.gate.set()


def refused(error: str, *, accepted: bool = False) -> SlackFault:
    """`ok: false` with this error."""
    return SlackFault(error=error, accepted=accepted)


def too_many(retry_after: int | None = 30) -> SlackFault:
    """HTTP 429 `ratelimited` with `Retry-After` in seconds (None: without the header)."""
    return SlackFault(error="ratelimited", status=429, retry_after=retry_after)


def http(status: int, *, accepted: bool = False) -> SlackFault:
    """This HTTP status with a body that is no JSON."""
    return SlackFault(status=status, html=True, accepted=accepted)


def html(*, accepted: bool = False) -> SlackFault:
    """HTTP 200 and a page instead of JSON, as a proxy or captive portal sends."""
    return SlackFault(html=True, accepted=accepted)


def dropped(*, accepted: bool = True) -> SlackFault:
    """The connection breaks before the answer; `accepted` says whether Slack had done it by then."""
    return SlackFault(drop=True, accepted=accepted)


def slow(seconds: float) -> SlackFault:
    """The answer comes this much later."""
    return SlackFault(seconds=seconds, accepted=True)


def held(*, accepted: bool = True) -> SlackFault:
    """The answer waits for `release()`; `reached` tells when a call hangs there."""
    return SlackFault(gate=asyncio.Event(), accepted=accepted)


@dataclass(slots=True)
class _ScheduledFault:
    method: str
    fault: SlackFault
    times: int
    when: Callable[[WebApiCall], bool]


class SlackFaults:
    """The faults to come, first planned first served."""

    def __init__(self) -> None:
        self._planned: list[_ScheduledFault] = []

    def plan(
        self, method: str, fault: SlackFault, *, times: int = 1, when: Callable[[WebApiCall], bool] | None = None
    ) -> SlackFault:
        """The next `times` calls of `method` (`*`: of any) that `when` picks get this fault."""
        self._planned.append(_ScheduledFault(method, fault, times, when or (lambda call: True)))
        return fault

    def take(self, call: WebApiCall) -> SlackFault | None:
        for planned in self._planned:
            if planned.method in (call.method, "*") and planned.times > 0 and planned.when(call):
                planned.times -= 1
                return planned.fault
        return None

    def clear(self) -> None:
        """Everything works again; what is held goes on."""
        for planned in self._planned:
            planned.fault.release()
        self._planned.clear()


class ChannelRateMonitor:
    """Watches the limit of one message a second in a channel.

    Source: docs.slack.dev/apis/web-api/rate-limits. Slack tolerates short bursts, so by default a breach is
    only recorded in `violations` (channel id, seconds since the post before); `enforce` answers 429. A post that may
    have waited while this process was held up counts as come at the earliest moment it can have.
    """

    def __init__(self, watch: LoopWatch | None = None) -> None:
        self.watch = watch or LoopWatch()
        self.enforce = False
        self.violations: list[tuple[str, float]] = []
        self._last: dict[str, float] = {}

    def allows(self, channel: str, now: float) -> bool:
        gap = now - self._last.get(channel, float("-inf"))
        if gap < 1.0:
            self.violations.append((channel, gap))
            if self.enforce:
                return False
        self._last[channel] = now - self.watch.longest_wait()
        return True
