"""What ``paperboy status`` and ``paperboy doctor`` say; their JSON names are a contract."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.chats import Platform
from bot.deliveries import DeliveryState
from bot.errors import UnavailableReason
from bot.i18n import LazyText, Translator, tn
from bot.ingest.list_completeness import is_complete, is_source_late
from bot.ports import PaperIndex, PaperRepository, SourceState, Storage
from paperboy.check_result import CheckResult
from paperboy.container import App, database_file, database_kind
from paperboy.embedding_worker import check_embeddings
from paperboy.environment_checks import check_environment
from paperboy.file_rights import check_file_rights, private_files
from paperboy.health_checks import check_platforms
from paperboy.row_count import LOST_REMEDY, RowCount
from paperboy.settings import Settings
from paperboy.sources import problem_remedy
from paperboy.version import VERSION


def _say(text: LazyText) -> str:
    return Translator().plain_text(text)


def iso_utc(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


async def status_report(storage: Storage, kind: str, now: datetime, meaning: str = "off") -> dict[str, Any]:
    """The state of everything in one object, in the names of the contract."""
    async with storage.read() as work:
        active, paused = await work.chats.count_active_and_paused()
        deliveries = await work.outbox.count_by_state()
        sources = [await _source_status(work.papers, state, now) for state in await work.papers.source_states()]
        next_digest_at = await work.chats.earliest_digest_at()
        archive = await work.papers.archive_extent()
    return {
        "version": VERSION,
        "database": kind,
        "papers": archive.paper_count,
        "sources": sources,
        "chats": {"active": active, "paused": paused},
        "deliveries": {state.value: deliveries.get(state, 0) for state in DeliveryState},
        "next_digest_at": iso_utc(next_digest_at),
        "meaning": meaning,
    }


async def operating_report(
    storage: Storage, index: PaperIndex, platforms: Iterable[str], now: datetime
) -> dict[str, Any]:
    """What ``/metrics`` shows beside the status: deliveries of each platform, how late the outbox is, and the index."""
    async with storage.read() as work:
        counts = await work.outbox.count_by_platform()
        oldest = await work.outbox.oldest_pending_due_at()
        newest = await work.papers.latest_revision()
    names = sorted({*platforms, *(platform for platform, _ in counts)})
    return {
        "deliveries_by_platform": {
            name: {state.value: counts.get((Platform(name), state), 0) for state in DeliveryState} for name in names
        },
        "oldest_pending_seconds": max((now - oldest).total_seconds(), 0.0) if oldest else 0.0,
        "index_behind_changes": max(newest - await index.indexed_revision(), 0),
    }


async def _source_status(papers: PaperRepository, state: SourceState, now: datetime) -> dict[str, Any]:
    day = state.latest_day
    return {
        "name": state.name,
        "last_success_at": iso_utc(state.last_success_at),
        "latest_day": day.isoformat() if day else None,
        "papers": state.paper_count,
        "settled": day is not None and is_complete(day, await papers.polls(state.name, day), now),
        "problem": state.problem,
    }


async def run_checks(app: App) -> list[CheckResult]:
    """Everything that can be looked at without sending anything to anybody."""
    return [
        await _check_database(app),
        *check_file_rights(
            [*private_files(database_file(app.settings.database_url), app.settings.data_dir), Path(".env")]
        ),
        *await _check_sources(app),
        await _check_index(app),
        await check_embeddings(app.embeddings),
        *await check_platforms(app),
        *check_environment(app.settings),
        _check_port(app.settings),
        *await _check_deliveries(app),
        *await _check_moved(app.storage),
    ]


def doctor_report(results: Iterable[CheckResult]) -> dict[str, Any]:
    """``ok`` is false as soon as something fails; a warning is none."""
    listed = [asdict(finding) for finding in results]
    return {"ok": all(finding["level"] != "fail" for finding in listed), "findings": listed}


async def _check_database(app: App) -> CheckResult:
    if lost := await RowCount(app.settings.data_dir, app.settings.database_url).loss(app.storage):
        return CheckResult("database", "warn", lost, LOST_REMEDY)
    kind = database_kind(app.settings.database_url)
    extra = f", SQLite {sqlite3.sqlite_version}" if kind == "sqlite" else ""
    return CheckResult("database", "ok", f"{kind}{extra}: open and up to date.")


async def _check_sources(app: App) -> list[CheckResult]:
    async with app.storage.read() as work:
        states = await work.papers.source_states()
        archive = await work.papers.archive_extent()
    if archive.sample:
        mend = f"Is {app.settings.hf_endpoint} reachable from here? Set HF_ENDPOINT to a mirror if it is not."
        what = "Only the bundled sample is here; no real paper was read yet."
        failing = [check_source(state, app.clock.now()) for state in states if state.problem]
        return [CheckResult("papers", "warn", what, mend), *failing]
    if not states:
        return [CheckResult("papers", "warn", "No source was asked yet.", "Run `paperboy fetch`, or `paperboy run`.")]
    return [check_source(state, app.clock.now()) for state in states]


def check_source(state: SourceState, now: datetime) -> CheckResult:
    """How a source is doing, with everything of it that could not be read."""
    newest, last_read = state.latest_day or "none", iso_utc(state.last_success_at) or "never"
    said = f"{_say(tn('{n} paper', '{n} papers', state.paper_count))}, newest list {newest}, last read {last_read}."
    if state.problem:
        what = "The last try failed" if state.failing_since else "Not everything could be read"
        return CheckResult(state.name, "warn", f"{said} {what}: {state.problem}.", problem_remedy(state))
    if is_source_late(state, now):
        return CheckResult(state.name, "warn", said, "Nothing reads it now: is `paperboy run` running?")
    return CheckResult(state.name, "ok", said)


async def _check_index(app: App) -> CheckResult:
    reached = await app.index.indexed_revision()
    async with app.storage.read() as work:
        newest = await work.papers.latest_revision()
    if reached < newest:
        what = f"The search index is {_say(tn('{n} change', '{n} changes', newest - reached))} behind."
        return CheckResult("index", "warn", what, "It catches up by itself at the next poll.")
    return CheckResult("index", "ok", "The search index holds every paper.")


def _check_port(settings: Settings) -> CheckResult:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            what = f"{settings.host}:{settings.port} can't be taken: {os.strerror(error.errno or 0)}."
            return CheckResult("port", "warn", what, "Fine if Paperboy runs; else choose another with PORT.")
    return CheckResult("port", "ok", f"{settings.host}:{settings.port} is free.")


async def _check_deliveries(app: App) -> list[CheckResult]:
    async with app.storage.read() as work:
        counts = await work.outbox.count_by_state()
    uncertain, failed = counts.get(DeliveryState.UNCERTAIN, 0), counts.get(DeliveryState.FAILED, 0)
    if uncertain or failed:
        failures = _say(tn("{n} delivery failed", "{n} deliveries failed", failed))
        doubts = tn("nobody knows whether {n} arrived", "of {n} nobody knows whether they arrived", uncertain)
        what = f"{failures}, and {_say(doubts)}."
        return [CheckResult("deliveries", "warn", what, "The log names each with its reason.")]
    return [CheckResult("deliveries", "ok", f"{counts.get(DeliveryState.SENT, 0)} sent, none failed.")]


async def _check_moved(storage: Storage) -> list[CheckResult]:
    """Chats that another bot took over and where nobody has written to it yet."""
    async with storage.read() as work:
        moved = await work.chats.count_paused_because(UnavailableReason.MOVED)
    if not moved:
        return []
    what = tn("{n} chat waits for a word to its new bot.", "{n} chats wait for a word to their new bot.", moved)
    return [CheckResult("move", "warn", _say(what), "Tell people the new bot's name; groups have to add it.")]
