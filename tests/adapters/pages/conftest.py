"""A public Paperboy with a small archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.adapters.pages.site import ARCHIVE, Site, open_site


@pytest.fixture
async def site(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, *ARCHIVE) as opened:
        yield opened
