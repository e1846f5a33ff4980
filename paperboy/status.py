"""What ``paperboy status`` and ``paperboy doctor`` say; their JSON names are a contract."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.deliveries import DeliveryState
from bot.ingest.list_completeness import late, settled
from bot.ports import PaperShelf, SourceState, Storage
from paperboy.container import Parts, database_kind
from paperboy.embedding_worker import meaning_finding
from paperboy.health_checks import Finding, platform_findings
from paperboy.settings import Settings
from paperboy.version import VERSION


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


async def status_report(storage: Storage, kind: str, now: datetime, meaning: str = "off") -> dict[str, Any]:
    """The state of everything in one object, in the names of the contract."""
    async with storage.read() as work:
        active, paused = await work.chats.counts()
        deliveries = await work.outbox.counts()
        sources = [await _source(work.papers, state, now) for state in await work.papers.source_states()]
        next_digest_at = await work.chats.next_digest_at()
        archive = await work.papers.archive()
    return {
        "version": VERSION,
        "database": kind,
        "papers": archive.papers,
        "sources": sources,
        "chats": {"active": active, "paused": paused},
        "deliveries": {state.value: deliveries.get(state, 0) for state in DeliveryState},
        "next_digest_at": moment(next_digest_at),
        "meaning": meaning,
    }


async def _source(papers: PaperShelf, state: SourceState, now: datetime) -> dict[str, Any]:
    day = state.latest_day
    return {
        "name": state.name,
        "last_success_at": moment(state.last_success_at),
        "latest_day": day.isoformat() if day else None,
        "papers": state.papers,
        "settled": day is not None and settled(day, await papers.polls(state.name, day), now),
        "problem": state.problem,
    }


async def findings(parts: Parts) -> list[Finding]:
    """Everything that can be looked at without sending anything to anybody."""
    return [
        _database(parts),
        *await _sources(parts),
        await _index(parts),
        await meaning_finding(parts.meaning),
        *await platform_findings(parts),
        _port(parts.settings),
        *await _deliveries(parts),
    ]


def doctor_report(found: Iterable[Finding]) -> dict[str, Any]:
    """``ok`` is false as soon as something fails; a warning is none."""
    listed = [asdict(finding) for finding in found]
    return {"ok": all(finding["level"] != "fail" for finding in listed), "findings": listed}


def _database(parts: Parts) -> Finding:
    kind = database_kind(parts.settings.database_url)
    extra = f", SQLite {sqlite3.sqlite_version}" if kind == "sqlite" else ""
    return Finding("database", "ok", f"{kind}{extra}: open and up to date.")


async def _sources(parts: Parts) -> list[Finding]:
    async with parts.storage.read() as work:
        states = await work.papers.source_states()
        archive = await work.papers.archive()
    if archive.sample:
        mend = f"Is {parts.settings.hf_endpoint} reachable from here? Set HF_ENDPOINT to a mirror if it is not."
        return [Finding("papers", "warn", "Only the bundled sample is here; no real paper was read yet.", mend)]
    if not states:
        return [Finding("papers", "warn", "No source was asked yet.", "Run `paperboy fetch`, or `paperboy run`.")]
    return [_state(state, parts.clock.now()) for state in states]


def _state(state: SourceState, now: datetime) -> Finding:
    said = (
        f"{state.papers} papers, newest list {state.latest_day or 'none'}, last read {moment(state.last_success_at)}."
    )
    if state.problem:
        return Finding(state.name, "warn", f"{said} The last try failed: {state.problem}.", "It is tried again.")
    if late(state, now):
        return Finding(state.name, "warn", said, "Nothing reads it now: is `paperboy run` running?")
    return Finding(state.name, "ok", said)


async def _index(parts: Parts) -> Finding:
    reached = await parts.index.revision()
    async with parts.storage.read() as work:
        newest = await work.papers.revision()
    if reached < newest:
        what = f"The search index is {newest - reached} changes behind."
        return Finding("index", "warn", what, "It catches up by itself at the next poll.")
    return Finding("index", "ok", "The search index holds every paper.")


def _port(settings: Settings) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            what = f"{settings.host}:{settings.port} can't be taken: {os.strerror(error.errno or 0)}."
            return Finding("port", "warn", what, "Fine if Paperboy runs; else choose another with PORT.")
    return Finding("port", "ok", f"{settings.host}:{settings.port} is free.")


async def _deliveries(parts: Parts) -> list[Finding]:
    async with parts.storage.read() as work:
        counts = await work.outbox.counts()
    uncertain, failed = counts.get(DeliveryState.UNCERTAIN, 0), counts.get(DeliveryState.FAILED, 0)
    if uncertain or failed:
        what = f"{failed} deliveries failed, and of {uncertain} nobody knows whether they arrived."
        return [Finding("deliveries", "warn", what, "The log names each with its reason.")]
    return [Finding("deliveries", "ok", f"{counts.get(DeliveryState.SENT, 0)} sent, none failed.")]
