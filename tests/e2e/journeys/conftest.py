"""The same promises on every platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from tests.e2e.journeys.platforms import JOURNEYS, JourneyPaperboy

MONDAY_EVENING = datetime(2026, 8, 17, 20, tzinfo=UTC)


@pytest.fixture(params=list(JOURNEYS))
async def paperboy(
    request: pytest.FixtureRequest, sqlite_storage: Database, tmp_path: Path
) -> AsyncIterator[JourneyPaperboy]:
    """On one platform after the other, with two papers of today in the archive."""
    async with JOURNEYS[request.param](tmp_path, MONDAY_EVENING) as made:
        await made.list_papers("Diffusion for Timetables", "Speech in Noise")
        yield made
