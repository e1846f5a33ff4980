"""Contracts hold wherever the machine stands."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.conftest import NON_UTC_ZONE


@pytest.fixture(autouse=True)
def far_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every contract is checked on a machine whose clock is not in UTC."""
    monkeypatch.setenv("TZ", NON_UTC_ZONE)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
