"""What becomes of a chat when an older state is restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.chats import ChatSettings, ChatStatus
from bot.due import local_day
from bot.planning.restored_chat import caught_up_chat, chat_with_stops
from tests.bot.factories import make_chat, utc

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 8, day) for day in (17, 18, 19, 20))
BERLIN = ChatSettings(zone="Europe/Berlin")  # 09:00 there is 07:00 UTC
WAITING = make_chat(settings=BERLIN, next_digest_at=utc(TUESDAY, 7), last_local_day=MONDAY)


def test_no_digest_was_due_since() -> None:
    assert caught_up_chat(WAITING, None, utc(TUESDAY, 6)) == WAITING


def test_digests_that_were_due_since_count_as_sent() -> None:
    chat = caught_up_chat(WAITING, None, utc(THURSDAY, 12))
    assert (chat.last_local_day, chat.next_digest_at) == (THURSDAY, utc(THURSDAY + timedelta(days=1), 7))
    assert chat.eligible_from == THURSDAY + timedelta(days=1)


def test_what_was_listed_after_the_last_digest_is_still_to_come() -> None:
    """Nothing goes out at the weekend; Saturday's papers come on Monday."""
    weekdays = replace(WAITING, settings=replace(BERLIN, days=frozenset(range(5))))
    sunday = date(2026, 8, 23)
    chat = caught_up_chat(weekdays, None, utc(sunday, 20))
    assert (chat.eligible_from, chat.next_digest_at) == (sunday - timedelta(days=1), utc(sunday + timedelta(days=1), 7))


def test_the_replaced_database_knows_that_nothing_left() -> None:
    """Paperboy was down since the backup: Tuesday's digest is still owed."""
    assert caught_up_chat(WAITING, WAITING, utc(THURSDAY, 12)) == WAITING


def test_the_replaced_database_knows_which_digest_was_the_last() -> None:
    replaced = replace(WAITING, last_local_day=TUESDAY, next_digest_at=utc(WEDNESDAY, 7))
    chat = caught_up_chat(WAITING, replaced, utc(THURSDAY, 12))
    assert (chat.last_local_day, chat.eligible_from) == (TUESDAY, WEDNESDAY)
    assert chat.next_digest_at == utc(WEDNESDAY, 7)  # it is owed, so it comes at once


def test_a_pause_and_a_mute_made_since_stay() -> None:
    paused_until = utc(THURSDAY, 7)
    replaced = replace(
        WAITING,
        status=ChatStatus.PAUSED,
        paused_until=paused_until,
        next_digest_at=None,
        settings=replace(BERLIN, muted=("survey",)),
    )
    chat = chat_with_stops(replace(WAITING, settings=replace(BERLIN, muted=("video",)), owner="5"), replaced)
    assert (chat.status, chat.paused_until, chat.next_digest_at) == (ChatStatus.PAUSED, paused_until, None)
    assert (chat.settings.muted, chat.owner) == (("video", "survey"), "")


def test_what_was_begun_since_is_not_carried_over() -> None:
    paused = replace(WAITING, status=ChatStatus.PAUSED, next_digest_at=None)
    assert chat_with_stops(paused, WAITING) == paused


@given(
    st.dates(date(2026, 3, 1), date(2026, 11, 30)),
    st.integers(0, 23),
    st.sampled_from(["", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia"]),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 400),
)
def test_nothing_comes_twice_and_the_next_digest_is_the_first_after_now(
    day: date, hour: int, zone: str, days: set[int], hours: int
) -> None:
    first = utc(day, hour)
    settings = ChatSettings(zone=zone, days=frozenset(days))
    now = first + timedelta(hours=hours)
    chat = caught_up_chat(make_chat(settings=settings, next_digest_at=first), None, now)
    assert chat.next_digest_at is not None
    assert chat.next_digest_at > now
    assert chat.last_local_day is not None
    assert chat.last_local_day <= local_day(settings, now)
    assert caught_up_chat(chat, None, now) == chat
