"""Who hears that nothing came, and how often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.chats import WEEKDAYS, Chat, ChatKind, ChatSettings, EmptyDigestPolicy
from bot.deliveries import Edition, EmptyReason
from bot.planning.empty_day_policy import EmptyNotice, empty_notice_for, is_last_day_of_week
from tests.bot.factories import FRIDAY, TUESDAY, make_chat, utc

MATCHED = EmptyReason.NOTHING_MATCHED


def listener(
    note: EmptyDigestPolicy = EmptyDigestPolicy.WEEKLY, kind: ChatKind = ChatKind.PRIVATE, *, told: bool = True
) -> Chat:
    return make_chat(kind, settings=ChatSettings(empty_digest_policy=note), first_empty_notified=told)


def edition(day: date, papers: int = 0, empty: EmptyReason | None = MATCHED) -> Edition:
    return Edition(1, day, utc(day, 9), papers, None if papers else empty)


QUIET_WEEK = [edition(FRIDAY - timedelta(days=back)) for back in range(1, 5)]


def test_a_newcomer_hears_once_that_the_first_day_was_empty() -> None:
    assert empty_notice_for(listener(told=False), MATCHED, TUESDAY, []) is EmptyNotice.FIRST
    assert empty_notice_for(listener(), MATCHED, TUESDAY, []) is EmptyNotice.NONE


def test_then_on_fridays_if_the_whole_week_was_empty() -> None:
    assert empty_notice_for(listener(), MATCHED, FRIDAY, QUIET_WEEK) is EmptyNotice.WEEKLY
    with_one = [*QUIET_WEEK[:2], edition(FRIDAY - timedelta(days=3), papers=1)]
    assert empty_notice_for(listener(), MATCHED, FRIDAY, with_one) is EmptyNotice.NONE
    last_week = [edition(FRIDAY - timedelta(days=7), papers=2), *QUIET_WEEK]
    assert empty_notice_for(listener(), MATCHED, FRIDAY, last_week) is EmptyNotice.WEEKLY


def test_daily_for_those_who_asked_and_never_for_those_who_did_not() -> None:
    assert empty_notice_for(listener(EmptyDigestPolicy.DAILY), MATCHED, TUESDAY, []) is EmptyNotice.DAILY
    assert (
        empty_notice_for(listener(EmptyDigestPolicy.NEVER, told=False), MATCHED, FRIDAY, QUIET_WEEK) is EmptyNotice.NONE
    )


@pytest.mark.parametrize("kind", [ChatKind.GROUP, ChatKind.CHANNEL])
@pytest.mark.parametrize("reason", list(EmptyReason))
def test_groups_and_channels_never_hear_of_it(kind: ChatKind, reason: EmptyReason) -> None:
    assert (
        empty_notice_for(listener(EmptyDigestPolicy.DAILY, kind, told=False), reason, FRIDAY, QUIET_WEEK)
        is EmptyNotice.NONE
    )


@pytest.mark.parametrize("reason", [EmptyReason.WEEKEND, EmptyReason.NO_LIST, EmptyReason.NOTHING_NEW])
def test_weekends_holidays_and_days_that_came_by_hand_are_no_news(reason: EmptyReason) -> None:
    assert (
        empty_notice_for(listener(EmptyDigestPolicy.DAILY, told=False), reason, TUESDAY, QUIET_WEEK) is EmptyNotice.NONE
    )


def test_a_friday_whose_list_is_not_there_yet_still_ends_the_week() -> None:
    assert empty_notice_for(listener(), EmptyReason.NOT_LISTED_YET, FRIDAY, QUIET_WEEK) is EmptyNotice.WEEKLY
    no_lists = [edition(one.local_day, empty=EmptyReason.NO_LIST) for one in QUIET_WEEK]
    assert empty_notice_for(listener(), EmptyReason.NO_LIST, FRIDAY, no_lists) is EmptyNotice.NONE


def test_an_outage_is_told_once() -> None:
    down = EmptyReason.SOURCE_DOWN
    assert empty_notice_for(listener(), down, TUESDAY, []) is EmptyNotice.SOURCE
    assert (
        empty_notice_for(listener(), down, TUESDAY, [edition(TUESDAY - timedelta(days=1), empty=down)])
        is EmptyNotice.NONE
    )


def test_a_chat_that_is_not_due_on_fridays_has_its_quiet_week_on_its_last_day() -> None:
    assert is_last_day_of_week(make_chat(settings=ChatSettings(days=WEEKDAYS - {4})), FRIDAY - timedelta(days=1))
    assert is_last_day_of_week(make_chat(settings=ChatSettings(days=frozenset({5, 6}))), FRIDAY + timedelta(days=2))
    assert not is_last_day_of_week(make_chat(settings=ChatSettings()), FRIDAY + timedelta(days=1))
