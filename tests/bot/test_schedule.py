"""The schedule: what runs at the start, what a failing job does to the others, and how it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot import schedule
from bot.schedule import JobScheduler


class RecordingJobs:
    """Jobs that note what was called; ``slow`` holds the planning job until it is released."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.all_called = asyncio.Event()
        self.slow: asyncio.Event | None = None
        self.beat_ended = False

    def note(self, name: str) -> None:
        self.calls.append(name)
        if {"poll", "beat", "revise", "housekeeping"} <= set(self.calls):
            self.all_called.set()

    async def poll(self, now: datetime) -> None:
        self.note("poll")
        raise RuntimeError("the source is down")

    async def plan_due(self, now: datetime) -> None:
        assert now.tzinfo is UTC
        self.note("beat")
        if self.slow:
            await self.slow.wait()
        self.beat_ended = True

    async def refresh_sent(self, now: datetime) -> None:
        self.note("revise")

    async def housekeeping(self, now: datetime) -> None:
        self.note("housekeeping")


class MachineClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        raise AssertionError("the schedule has APScheduler to wait for it")


async def ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task], timeout=120)
    assert task.done()


async def test_everything_runs_at_the_start_and_a_failing_job_stops_no_other() -> None:
    jobs = RecordingJobs()
    task = asyncio.create_task(JobScheduler(jobs, MachineClock(), poll_minutes=15).run())
    await asyncio.wait_for(jobs.all_called.wait(), 120)
    task.cancel()
    await ended(task)
    assert sorted(jobs.calls) == ["beat", "housekeeping", "poll", "revise"]


async def test_a_job_that_runs_at_the_end_is_waited_for() -> None:
    jobs = RecordingJobs()
    jobs.slow = asyncio.Event()
    task = asyncio.create_task(JobScheduler(jobs, MachineClock(), poll_minutes=15).run())
    await asyncio.wait_for(jobs.all_called.wait(), 120)
    task.cancel()
    await asyncio.sleep(0)
    assert not jobs.beat_ended
    jobs.slow.set()
    await ended(task)
    assert jobs.beat_ended


async def test_a_job_that_does_not_end_is_broken_off_quietly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever stops it waits some seconds at most and finds no traceback; all of it is done at the next start."""
    monkeypatch.setattr(schedule, "JOBS_GRACE_SECONDS", 0.05)
    jobs = RecordingJobs()
    jobs.slow = asyncio.Event()
    task = asyncio.create_task(JobScheduler(jobs, MachineClock(), poll_minutes=15).run())
    await asyncio.wait_for(jobs.all_called.wait(), 120)
    caplog.clear()
    task.cancel()
    await ended(task)
    await asyncio.sleep(0.05)
    assert not jobs.beat_ended
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_clock_that_is_set_back_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """For APScheduler the next moments then lie a day ahead."""
    monkeypatch.setattr(schedule, "PLANNING_INTERVAL_SECONDS", 0.05)
    jobs = RecordingJobs()
    made = JobScheduler(jobs, MachineClock(), poll_minutes=15)
    task = asyncio.create_task(made.run())
    await asyncio.wait_for(jobs.all_called.wait(), 120)
    jobs.calls.clear()
    jobs.all_called.clear()
    for job in made._scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(days=2))
    await asyncio.wait_for(jobs.all_called.wait(), 120)
    task.cancel()
    await ended(task)


def test_stopping_takes_seconds() -> None:
    assert schedule.JOBS_GRACE_SECONDS <= 5
