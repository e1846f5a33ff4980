"""The law of moments: what goes in comes out, in UTC, in order, and never without a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Column, MetaData, Table, create_engine, func, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.tables import UtcDateTime

ZONES = some.timezones() | some.just(UTC) | some.integers(-1439, 1439).map(lambda n: timezone(timedelta(minutes=n)))
MOMENTS = some.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - the zone is given beside
DIALECTS = some.sampled_from([create_engine(url).dialect for url in ("sqlite://", "postgresql://")])

NASTY = [
    datetime(2026, 8, 18, 9, 0, tzinfo=timezone(timedelta(hours=5))),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 8, 18, 23, 59, 59, 999_999, tzinfo=ZoneInfo("Pacific/Apia")),
    datetime(2026, 8, 18, 0, 0, tzinfo=UTC),
    datetime(2026, 8, 18, 0, 0, 0, 1, tzinfo=UTC),
]
table = Table("moments", MetaData(), Column("at", UtcDateTime), prefixes=["TEMPORARY"])


@given(MOMENTS, DIALECTS)
def test_what_is_bound_comes_back_as_the_same_moment_in_utc(moment: datetime, dialect) -> None:
    bound = UtcDateTime().process_bind_param(moment, dialect)
    back = UtcDateTime().process_result_value(bound, dialect)
    assert back is not None
    assert back == moment.astimezone(UTC)
    assert back.tzinfo is UTC


@given(some.datetimes(), DIALECTS)
def test_a_moment_without_a_zone_is_refused(moment: datetime, dialect) -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(moment, dialect)


async def test_moments_survive_the_database_and_compare_as_moments(storage: Database) -> None:
    async with storage._writer.begin() as connection:
        await connection.run_sync(table.metadata.create_all)
        await connection.execute(table.insert(), [{"at": moment} for moment in NASTY])
        stored = (await connection.execute(select(table.c.at).order_by(table.c.at))).scalars().all()
        assert stored == sorted(moment.astimezone(UTC) for moment in NASTY)
        assert {moment.tzinfo for moment in stored} == {UTC}
        for moment in NASTY:
            before = sum(other.astimezone(UTC) < moment.astimezone(UTC) for other in NASTY)
            query = select(func.count()).select_from(table).where(table.c.at < moment)
            assert (await connection.execute(query)).scalar() == before
        newest = (await connection.execute(select(func.max(table.c.at)))).scalar()
        assert newest == max(moment.astimezone(UTC) for moment in NASTY)


async def test_a_naive_moment_never_reaches_the_database(storage: Database) -> None:
    async with storage._writer.begin() as connection:
        with pytest.raises(StatementError, match="needs its zone"):
            await connection.execute(select(table.c.at).where(table.c.at < datetime(2026, 8, 18)))  # noqa: DTZ001 - no zone is what is tried
