"""Paperboys that fall dead (SIGKILL) at a step of ours: the n-th time they begin to plan, claim, send, write down ...

``python -m tests.e2e.support.crash_points`` is a fork server: it imports the product once, and for each line of JSON on
its input (``step``, ``number``, ``words`` for the command line, ``environment``, ``log``) it forks a process that runs
``paperboy`` and falls at that step. It answers with the process's id, and with its end when that comes.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import traceback
from collections import Counter
from datetime import timedelta
from importlib import import_module
from typing import Any

from adapters.slack import SlackPlatform
from adapters.telegram import TelegramPlatform
from bot.delivery.attempt import AttemptRunner
from paperboy.__main__ import main as paperboy
from paperboy.leader_election import LeaderElection
from storage.outbox import SqlOutbox
from storage.unit_of_work import SqlUnitOfWork
from tests.e2e.support.forked import exit_code, import_ahead

NO_CRASH = ""
#: Every step at which one may fall. "Writing" is just before a commit, "written" just after it.
CRASH_STEPS = (
    "writing plans",
    "written plans",
    "writing claim",
    "written claim",
    "sending",
    "accepted",
    "writing results",
    "written results",
    "written expired leases",
    "looked",
)


OUTBOX_STEPS = {
    "store_plans": "plans",
    "claim": "claim",
    "record_results": "results",
    "mark_expired_leases": "expired leases",
}


class CrashPoint:
    """Counts the steps of this process and ends it at one of them."""

    def __init__(self, step: str, number: int) -> None:
        self._step = step
        self._number = number
        self._seen: Counter[str] = Counter()

    def reach(self, step: str) -> None:
        self._seen[step] += 1
        if step == self._step and self._seen[step] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


def install_crash_point(fall: CrashPoint) -> None:
    """From now on the product's steps are counted."""
    for method, name in OUTBOX_STEPS.items():
        _hook_outbox(method, name)
    _hook_commits(fall)
    for platform in (TelegramPlatform, SlackPlatform):
        _hook_sending(platform, fall)
    _hook_find(fall)


def _hook_outbox(method: str, name: str) -> None:
    original = getattr(SqlOutbox, method)

    async def noted(self: Any, *words: Any, **more: Any) -> Any:
        answer = await original(self, *words, **more)
        if answer or name == "results":
            self.did = name
        return answer

    setattr(SqlOutbox, method, noted)


def _hook_commits(fall: CrashPoint) -> None:
    original = SqlUnitOfWork.commit

    async def commit(self: Any) -> None:
        did = getattr(self.outbox, "did", "")
        fall.reach(f"writing {did}")
        await original(self)
        fall.reach(f"written {did}")

    SqlUnitOfWork.commit = commit  # type: ignore[method-assign]  # watched or broken on purpose


def _hook_sending(platform: Any, fall: CrashPoint) -> None:
    original = platform.send

    async def send(self: Any, *words: Any, **more: Any) -> Any:
        fall.reach("sending")
        receipt = await original(self, *words, **more)
        fall.reach("accepted")
        return receipt

    platform.send = send


def _hook_find(fall: CrashPoint) -> None:
    original = SlackPlatform.find_sent

    async def find(self: Any, *words: Any, **more: Any) -> Any:
        found = await original(self, *words, **more)
        fall.reach("looked")
        return found

    SlackPlatform.find_sent = find  # type: ignore[method-assign]  # watched or broken on purpose


#: What waits a minute in earnest waits seconds here, in the same proportions: leases outlast sends.
SHORT_TIMEOUTS: dict[str, dict[str, Any]] = {
    "bot.schedule": {"PLANNING_INTERVAL_SECONDS": 1},
    "bot.delivery.outbox_queue": {"SEND_LEASE": timedelta(seconds=4)},
    "bot.delivery.dispatcher": {"_POLL_INTERVAL": timedelta(seconds=0.3)},
    "bot.delivery.reconciler": {
        "FIRST_LOOKUP_DELAY": timedelta(seconds=0.3),
        "LOOKUP_RETRY_INTERVAL": timedelta(seconds=2),
        "RECONCILER_LEASE_DURATION": timedelta(seconds=1),
        "SEND_TIMEOUT_SECONDS": 3.0,
    },
    "bot.delivery.results": {"BACKOFF_SECONDS": (0.2, 0.5, 1, 2)},
    "adapters.telegram.replies.sender": {"REQUEST_TIMEOUT_SECONDS": 2.0},
    "adapters.slack.client.api": {"REQUEST_TIMEOUT_SECONDS": 2},
}
SHORT_LEASES = {
    "lease_duration": timedelta(seconds=2),
    "renew_every": timedelta(seconds=0.5),
    "retry_every": timedelta(seconds=0.3),
}


def apply_short_timeouts() -> None:
    """Makes the waits of :data:`SHORT_TIMEOUTS` those of this process. A name that is no more is an error."""
    for module, waits in SHORT_TIMEOUTS.items():
        for name, wait in waits.items():
            assert hasattr(import_module(module), name), f"{module}.{name}"
            setattr(import_module(module), name, wait)
    sender: Any = AttemptRunner.__init__
    sender.__defaults__ = (3.0,)
    standing_by: Any = LeaderElection.__init__
    assert standing_by.__kwdefaults__.keys() == SHORT_LEASES.keys()
    standing_by.__kwdefaults__.update(SHORT_LEASES)


def run_order(order: dict[str, Any]) -> None:
    """Becomes the process that was asked for; raises what that ends with."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["paperboy", *order["words"]]
    apply_short_timeouts()
    install_crash_point(CrashPoint(order["step"], order["number"]))
    paperboy()


def run_fork_server() -> None:
    """Forks one for each line that comes in, and says when one has ended; until there are no more lines."""
    import_ahead()
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
            _fork(json.loads(line))
        _report_exit()


def _fork(order: dict[str, Any]) -> None:
    child = os.fork()
    if not child:
        os._exit(_exit_code(order))
    print(json.dumps({"began": child}), flush=True)


def _exit_code(order: dict[str, Any]) -> int:
    """Is the process that was asked for; what it ends with."""
    try:
        run_order(order)
    except SystemExit as ends:
        return exit_code(ends)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _report_exit() -> None:
    try:
        child, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return
    if child:
        print(json.dumps({"ended": child, "code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    run_fork_server()
