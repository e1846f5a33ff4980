"""Paperboys that fall dead (SIGKILL) at a step of ours: the n-th time they begin to plan, claim, send, write down ...

``python -m tests.e2e.support.crash_points`` is a nursery: it imports the product once, and for each line of JSON on its
input (``step``, ``number``, ``words`` for the command line, ``environment``, ``log``) it forks a process that runs
``paperboy`` and falls at that step. It answers with the process's id, and with its end when that comes.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections import Counter
from datetime import timedelta
from importlib import import_module
from typing import Any

from adapters.slack import SlackPlatform
from adapters.telegram import TelegramPlatform
from bot.delivery.attempt import Sender
from paperboy.__main__ import main as paperboy
from paperboy.leader_election import StandingBy
from storage.outbox import SqlOutbox
from storage.unit_of_work import SqlUnitOfWork

NEVER = ""
#: Every step at which one may fall. "Writing" is just before a commit, "written" just after it.
STEPS = (
    "writing plan",
    "written plan",
    "writing claim",
    "written claim",
    "sending",
    "accepted",
    "writing settle",
    "written settle",
    "written overdue",
    "looked",
)


class Fall:
    """Counts the steps of this process and ends it at one of them."""

    def __init__(self, step: str, number: int) -> None:
        self._step = step
        self._number = number
        self._seen: Counter[str] = Counter()

    def at(self, step: str) -> None:
        self._seen[step] += 1
        if step == self._step and self._seen[step] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(fall: Fall) -> None:
    """From now on the product's steps are counted."""
    for name in ("plan", "claim", "settle", "overdue"):
        _watch_outbox(name)
    _watch_commits(fall)
    for platform in (TelegramPlatform, SlackPlatform):
        _watch_sending(platform, fall)
    _watch_looking(fall)


def _watch_outbox(name: str) -> None:
    original = getattr(SqlOutbox, name)

    async def noted(self: Any, *words: Any, **more: Any) -> Any:
        answer = await original(self, *words, **more)
        if answer or name == "settle":
            self.did = name
        return answer

    setattr(SqlOutbox, name, noted)


def _watch_commits(fall: Fall) -> None:
    original = SqlUnitOfWork.commit

    async def commit(self: Any) -> None:
        did = getattr(self.outbox, "did", "")
        fall.at(f"writing {did}")
        await original(self)
        fall.at(f"written {did}")

    SqlUnitOfWork.commit = commit  # type: ignore[method-assign]  # watched or broken on purpose


def _watch_sending(platform: Any, fall: Fall) -> None:
    original = platform.send

    async def send(self: Any, *words: Any, **more: Any) -> Any:
        fall.at("sending")
        receipt = await original(self, *words, **more)
        fall.at("accepted")
        return receipt

    platform.send = send


def _watch_looking(fall: Fall) -> None:
    original = SlackPlatform.find

    async def find(self: Any, *words: Any, **more: Any) -> Any:
        found = await original(self, *words, **more)
        fall.at("looked")
        return found

    SlackPlatform.find = find  # type: ignore[method-assign]  # watched or broken on purpose


#: What waits a minute in earnest waits seconds here, in the same proportions: leases outlast sends.
HASTENED: dict[str, dict[str, Any]] = {
    "bot.schedule": {"BEAT_SECONDS": 1},
    "bot.delivery.outbox_batcher": {"LEASE": timedelta(seconds=4)},
    "bot.delivery.dispatcher": {"_IDLE": timedelta(seconds=0.3)},
    "bot.delivery.reconciler": {
        "LOOK_AFTER": timedelta(seconds=0.3),
        "LOOK_AGAIN_AFTER": timedelta(seconds=2),
        "LEASE_LENGTH": timedelta(seconds=1),
        "SEND_WITHIN": 3.0,
    },
    "bot.delivery.results": {"BACKOFF_SECONDS": (0.2, 0.5, 1, 2)},
    "adapters.telegram.replies.sender": {"LONGEST": 2.0},
    "adapters.slack.client.api": {"TIMEOUT": 2},
}
LEASES = {"lease": timedelta(seconds=2), "renew_every": timedelta(seconds=0.5), "ask_every": timedelta(seconds=0.3)}


def hasten() -> None:
    """Makes the waits of :data:`HASTENED` those of this process. A name that is no more is an error."""
    for module, waits in HASTENED.items():
        for name, wait in waits.items():
            assert hasattr(import_module(module), name), f"{module}.{name}"
            setattr(import_module(module), name, wait)
    sender: Any = Sender.__init__
    sender.__defaults__ = (3.0,)
    standing_by: Any = StandingBy.__init__
    assert standing_by.__kwdefaults__.keys() == LEASES.keys()
    standing_by.__kwdefaults__.update(LEASES)


def run(order: dict[str, Any]) -> None:
    """Becomes the process that was asked for; never returns."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["paperboy", *order["words"]]
    hasten()
    watch(Fall(order["step"], order["number"]))
    paperboy()


def tend() -> None:
    """Forks one for each line that comes in, and says when one has ended; until there are no more lines."""
    lines = sys.stdin.fileno()
    said = b""
    while True:
        ready, _, _ = select.select([lines], [], [], 0.02)
        if ready:
            more = os.read(lines, 65536)
            if not more:
                return
            said += more
        while b"\n" in said:
            line, said = said.split(b"\n", 1)
            _begin(json.loads(line))
        _tell_ended()


def _begin(order: dict[str, Any]) -> None:
    child = os.fork()
    if not child:
        try:
            run(order)
        finally:
            sys.stdout.flush()
            os._exit(0)
    print(json.dumps({"began": child}), flush=True)


def _tell_ended() -> None:
    try:
        child, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return
    if child:
        print(json.dumps({"ended": child, "code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    tend()
