"""The deliveries of one unit of work: planned, claimed, recorded, queried."""

from __future__ import annotations

from storage.outbox.outbox import SqlOutbox

__all__ = ["SqlOutbox"]
