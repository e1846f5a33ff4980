"""The deliveries of one unit of work: planned, claimed, settled, asked about."""

from __future__ import annotations

from storage.outbox.outbox import SqlOutbox

__all__ = ["SqlOutbox"]
