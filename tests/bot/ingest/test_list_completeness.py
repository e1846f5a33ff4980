"""When a list is complete, when a source is late, and why nothing came."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.deliveries import EmptyReason
from bot.ingest.list_completeness import EmptyDayFacts, classify_empty_day, is_complete, is_source_late, main_source
from bot.ports import PollRecord, SourceState
from tests.bot.factories import TUESDAY, utc

QUARTER = timedelta(minutes=15)


def polls(first: datetime, count: int, *, rows: int = 20, new: tuple[int, ...] = ()) -> list[PollRecord]:
    """Good polls a quarter of an hour apart; those numbered in ``new`` brought a row."""
    return [PollRecord("huggingface", TUESDAY, first + n * QUARTER, rows, int(n in new)) for n in range(count)]


def test_a_day_is_settled_by_the_first_good_poll_after_it_is_over() -> None:
    midnight = utc(TUESDAY, 0) + timedelta(days=1)
    assert not is_complete(TUESDAY, polls(midnight - QUARTER, 1, new=(0,)), midnight)
    assert is_complete(TUESDAY, polls(midnight, 1, rows=0), midnight)


def test_a_failed_poll_after_midnight_settles_nothing() -> None:
    midnight = utc(TUESDAY, 0) + timedelta(days=1)
    assert not is_complete(TUESDAY, [PollRecord("huggingface", TUESDAY, midnight, problem="no answer")], midnight)


def test_a_quiet_afternoon_settles_the_day_early() -> None:
    quiet = polls(utc(TUESDAY, 14), 9)
    assert not is_complete(TUESDAY, quiet, utc(TUESDAY, 15, 59))
    assert is_complete(TUESDAY, quiet, utc(TUESDAY, 16))


def test_a_row_at_five_past_five_reopens_the_wait() -> None:
    assert not is_complete(TUESDAY, polls(utc(TUESDAY, 14), 13, new=(12,)), utc(TUESDAY, 17, 15))
    assert is_complete(TUESDAY, polls(utc(TUESDAY, 14), 22, new=(12,)), utc(TUESDAY, 19, 15))


@pytest.mark.parametrize(
    "quiet",
    [
        polls(utc(TUESDAY, 15), 9, rows=0),  # nothing was listed at all
        polls(utc(TUESDAY, 15), 8),  # not yet two hours
        polls(utc(TUESDAY, 13), 1) + polls(utc(TUESDAY, 17), 2),  # only three polls
    ],
)
def test_it_is_not_settled_while_something_speaks_against_it(quiet: list[PollRecord]) -> None:
    assert not is_complete(TUESDAY, quiet, utc(TUESDAY, 18))


def state(name: str = "huggingface", success: datetime | None = None) -> SourceState:
    return SourceState(name, success, None, 0, list_complete=False)


def test_a_source_is_late_after_three_missed_quarters() -> None:
    now = utc(TUESDAY, 9)
    assert is_source_late(None, now)
    assert is_source_late(state(), now)
    assert not is_source_late(state(success=now - timedelta(minutes=45)), now)
    assert is_source_late(state(success=now - timedelta(minutes=46)), now)


def test_hugging_face_is_the_source_that_digests_wait_for() -> None:
    arxiv, hub = state("arxiv"), state()
    assert main_source([arxiv, hub]) is hub
    assert main_source([arxiv]) is arxiv
    assert main_source([]) is None


SATURDAY = date(2026, 8, 22)


def known(today: date, listed: int, **more: bool) -> EmptyDayFacts:
    return EmptyDayFacts(today, listed, **{"list_complete": False, "source_late": False, **more})


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (known(TUESDAY, 26), EmptyReason.NOTHING_MATCHED),
        (known(TUESDAY, 26, already_sent=True), EmptyReason.NOTHING_NEW),
        (known(SATURDAY, 6), EmptyReason.NOTHING_MATCHED),  # Friday's late rows
        (known(SATURDAY, 0, source_late=True), EmptyReason.WEEKEND),
        (known(TUESDAY, 26, source_late=True), EmptyReason.SOURCE_DOWN),
        (known(TUESDAY, 0), EmptyReason.NOT_LISTED_YET),
        (known(TUESDAY, 0, list_complete=True), EmptyReason.NO_LIST),
    ],
)
def test_an_empty_digest_knows_why(what: EmptyDayFacts, reason: EmptyReason) -> None:
    assert classify_empty_day(what) is reason
