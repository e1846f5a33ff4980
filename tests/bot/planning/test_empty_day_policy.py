"""Who hears that nothing came, and how often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.chats import WEEKDAYS, Chat, ChatKind, ChatSettings, EmptyNote
from bot.deliveries import Edition, EmptyReason
from bot.planning.empty_day_policy import Telling, ends_week, telling
from tests.bot.factories import FRIDAY, TUESDAY, chat, utc

MATCHED = EmptyReason.NOTHING_MATCHED


def listener(note: EmptyNote = EmptyNote.WEEKLY, kind: ChatKind = ChatKind.PRIVATE, *, told: bool = True) -> Chat:
    return chat(kind, settings=ChatSettings(empty_note=note), first_empty_told=told)


def edition(day: date, papers: int = 0, empty: EmptyReason | None = MATCHED) -> Edition:
    return Edition(1, day, utc(day, 9), papers, None if papers else empty)


QUIET_WEEK = [edition(FRIDAY - timedelta(days=back)) for back in range(1, 5)]


def test_a_newcomer_hears_once_that_the_first_day_was_empty() -> None:
    assert telling(listener(told=False), MATCHED, TUESDAY, []) is Telling.FIRST
    assert telling(listener(), MATCHED, TUESDAY, []) is Telling.NONE


def test_then_on_fridays_if_the_whole_week_was_empty() -> None:
    assert telling(listener(), MATCHED, FRIDAY, QUIET_WEEK) is Telling.WEEKLY
    with_one = [*QUIET_WEEK[:2], edition(FRIDAY - timedelta(days=3), papers=1)]
    assert telling(listener(), MATCHED, FRIDAY, with_one) is Telling.NONE
    last_week = [edition(FRIDAY - timedelta(days=7), papers=2), *QUIET_WEEK]
    assert telling(listener(), MATCHED, FRIDAY, last_week) is Telling.WEEKLY


def test_daily_for_those_who_asked_and_never_for_those_who_did_not() -> None:
    assert telling(listener(EmptyNote.DAILY), MATCHED, TUESDAY, []) is Telling.DAILY
    assert telling(listener(EmptyNote.NEVER, told=False), MATCHED, FRIDAY, QUIET_WEEK) is Telling.NONE


@pytest.mark.parametrize("kind", [ChatKind.GROUP, ChatKind.CHANNEL])
@pytest.mark.parametrize("reason", list(EmptyReason))
def test_groups_and_channels_never_hear_of_it(kind: ChatKind, reason: EmptyReason) -> None:
    assert telling(listener(EmptyNote.DAILY, kind, told=False), reason, FRIDAY, QUIET_WEEK) is Telling.NONE


@pytest.mark.parametrize("reason", [EmptyReason.WEEKEND, EmptyReason.NO_LIST, EmptyReason.NOTHING_NEW])
def test_weekends_holidays_and_days_that_came_by_hand_are_no_news(reason: EmptyReason) -> None:
    assert telling(listener(EmptyNote.DAILY, told=False), reason, TUESDAY, QUIET_WEEK) is Telling.NONE


def test_a_friday_whose_list_is_not_there_yet_still_ends_the_week() -> None:
    assert telling(listener(), EmptyReason.NOT_LISTED_YET, FRIDAY, QUIET_WEEK) is Telling.WEEKLY
    no_lists = [edition(one.local_day, empty=EmptyReason.NO_LIST) for one in QUIET_WEEK]
    assert telling(listener(), EmptyReason.NO_LIST, FRIDAY, no_lists) is Telling.NONE


def test_an_outage_is_told_once() -> None:
    down = EmptyReason.SOURCE_DOWN
    assert telling(listener(), down, TUESDAY, []) is Telling.SOURCE
    assert telling(listener(), down, TUESDAY, [edition(TUESDAY - timedelta(days=1), empty=down)]) is Telling.NONE


def test_a_chat_that_is_not_due_on_fridays_has_its_quiet_week_on_its_last_day() -> None:
    assert ends_week(chat(settings=ChatSettings(days=WEEKDAYS - {4})), FRIDAY - timedelta(days=1))
    assert ends_week(chat(settings=ChatSettings(days=frozenset({5, 6}))), FRIDAY + timedelta(days=2))
    assert not ends_week(chat(settings=ChatSettings()), FRIDAY + timedelta(days=1))
