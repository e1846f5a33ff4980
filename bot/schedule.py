"""The schedule: four jobs on APScheduler, in UTC, kept in memory.

Never a job per chat and never a trigger in a local zone: what is due is asked of the database each minute, so a
restart, a suspended machine or a missed run is made good by the next planning job. Each job is a function of ``now``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.ports import Clock

log = logging.getLogger(__name__)

PLANNING_INTERVAL_SECONDS = 60
HOUSEKEEPING_INTERVAL_HOURS = 24
REFRESH_INTERVAL_HOURS = 1
JOBS_GRACE_SECONDS = 5


class Jobs(Protocol):
    """What is done at each moment; every function may be called at any time, as often as one likes."""

    async def poll(self, now: datetime) -> None:
        """Asks the sources for what they listed."""
        ...

    async def plan_due(self, now: datetime) -> None:
        """Plans every digest that is due."""
        ...

    async def refresh_sent(self, now: datetime) -> None:
        """Brings digests that were sent lately up to date, where a platform allows it; may take its time."""
        ...

    async def housekeeping(self, now: datetime) -> None:
        """Deletes what nobody needs any more."""
        ...


class JobScheduler:
    """Runs the jobs at their times, and once at the start, which catches up with what was missed."""

    def __init__(self, jobs: Jobs, clock: Clock, poll_minutes: int) -> None:
        self._clock = clock
        self._running: set[asyncio.Task[object]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A job that is late still runs, once for all runs it missed, and never beside itself.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._add(jobs.poll, "poll", minutes=poll_minutes)
        self._add(jobs.plan_due, "beat", seconds=PLANNING_INTERVAL_SECONDS)
        self._add(jobs.refresh_sent, "revise", hours=REFRESH_INTERVAL_HOURS)
        self._add(jobs.housekeeping, "housekeeping", hours=HOUSEKEEPING_INTERVAL_HOURS)

    async def run(self) -> None:
        """Until cancelled; a job that is running then is waited for."""
        self._scheduler.start()
        try:
            await self._detect_clock_jump()
        finally:
            await self._stop()

    async def _detect_clock_jump(self) -> None:
        """APScheduler waits for moments: after the clock was set back those lie further ahead than a job's interval,
        and what is due would not be asked for until then."""
        while True:
            await asyncio.sleep(PLANNING_INTERVAL_SECONDS)
            now = datetime.now(UTC)
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > job.trigger.interval:
                    log.warning("the clock was set back; %s runs now", job.id)
                    job.modify(next_run_time=now)

    def _add(self, job: Callable[[datetime], Awaitable[None]], name: str, **interval: int) -> None:
        self._scheduler.add_job(
            self._run_job, "interval", id=name, args=(job, name), next_run_time=datetime.now(UTC), **interval
        )

    async def _run_job(self, job: Callable[[datetime], Awaitable[None]], name: str) -> None:
        if task := asyncio.current_task():
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        try:
            await job(self._clock.now())
        except asyncio.CancelledError:  # by APScheduler, at its end: what was not committed is done at the next start
            log.info("%s was broken off", name)
        except Exception:
            log.exception("%s failed; the next one is at its time", name)

    async def _stop(self) -> None:
        # APScheduler cancels running jobs at shutdown whatever it is told, so they are waited for first.
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=JOBS_GRACE_SECONDS)
        self._scheduler.shutdown(wait=False)
