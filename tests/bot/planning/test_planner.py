"""What is planned when: the right papers, once, on the right day, also on days when nothing goes by plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatKind, ChatStatus, EmptyDigestPolicy
from bot.deliveries import DeliveryState, DigestContent, EmptyDigestContent, EmptyReason
from bot.planning.on_demand import plan_on_demand
from bot.planning.planner import plan_due
from bot.ports import PollRecord, Storage
from paperboy.platforms import CAPABILITIES
from tests.bot.digest_env import DigestEnvironment, paper_ids_in
from tests.bot.factories import FRIDAY, TUESDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

MONDAY = TUESDAY - timedelta(days=1)
WEDNESDAY = TUESDAY + timedelta(days=1)
DIFFUSION = "Diffusion for Everything"
SPEECH = "Speech Synthesis in the Wild"


@pytest.fixture
def environment(sqlite_storage: Storage) -> DigestEnvironment:
    """It is Tuesday 06:00 UTC, 08:00 in Berlin."""
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 6)))


async def test_at_its_hour_a_chat_gets_the_papers_on_its_topic_once(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion")
    await environment.list_papers(make_paper(1, DIFFUSION), make_paper(2, SPEECH))
    assert await environment.plan(utc(TUESDAY, 6, 30)) == 0
    assert await environment.plan(utc(TUESDAY, 7)) == 1
    assert await environment.plan(utc(TUESDAY, 7)) == 0
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00001"]
    again = await environment.reload_chat(chat)
    assert again.next_digest_at == utc(WEDNESDAY, 7)
    assert again.last_local_day == TUESDAY


async def test_the_next_day_brings_only_what_is_new_also_what_came_late_the_day_before(
    environment: DigestEnvironment,
) -> None:
    await environment.chat("diffusion")
    await environment.list_papers(make_paper(1, DIFFUSION))
    await environment.plan(utc(TUESDAY, 7))
    await environment.deliver()
    await environment.list_papers(make_paper(2, "Late Diffusion"))
    environment.clock.move_to(utc(WEDNESDAY, 6, 50))
    await environment.list_papers(make_paper(1, DIFFUSION, votes=9), make_paper(3, "Early Diffusion", day=WEDNESDAY))
    await environment.plan(utc(WEDNESDAY, 7))
    await environment.deliver()
    assert sorted(paper_ids_in(environment.telegram)) == ["2608.00002", "2608.00003"]


async def test_what_was_listed_before_the_topic_was_added_is_not_owed(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", since=TUESDAY)
    await environment.list_papers(make_paper(1, DIFFUSION, day=MONDAY), make_paper(2, "More Diffusion"))
    await environment.plan(utc(TUESDAY, 7))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00002"]


async def test_after_three_days_down_there_is_one_digest_that_covers_them(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion")
    environment.clock.move_to(utc(date(2026, 8, 21), 10))
    await environment.list_papers(*(make_paper(n, f"Diffusion {n}", day=TUESDAY + timedelta(days=n)) for n in range(4)))
    assert await environment.plan() == 1
    assert await environment.plan() == 0
    await environment.deliver()
    assert len(paper_ids_in(environment.telegram)) == 4
    assert len(environment.telegram.sent) == 1


async def test_a_late_source_is_waited_for_as_long_as_the_chat_is_patient(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", source_grace_minutes=120)
    await environment.list_papers(make_paper(1, DIFFUSION))
    await fails(environment, utc(TUESDAY, 6, 30))
    assert await environment.plan(utc(TUESDAY, 7), answers=False) == 0
    assert await environment.plan(utc(TUESDAY, 8, 59), answers=False) == 0
    assert await environment.plan(utc(TUESDAY, 9), answers=False) == 1
    content = (await environment.delivery()).content
    assert isinstance(content, DigestContent)
    assert content.late_source


async def test_a_source_that_comes_back_in_time_is_not_spoken_of(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion")
    await fails(environment, utc(TUESDAY, 6, 30))
    assert await environment.plan(utc(TUESDAY, 7), answers=False) == 0
    environment.clock.move_to(utc(TUESDAY, 8))
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan() == 1
    content = (await environment.delivery()).content
    assert isinstance(content, DigestContent)
    assert not content.late_source


async def test_a_process_that_was_down_asks_the_source_before_it_speaks_of_lateness(
    environment: DigestEnvironment,
) -> None:
    await environment.chat("diffusion")
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan(utc(TUESDAY, 12), answers=False) == 0  # nobody asked, nothing went wrong
    await environment.list_papers()
    assert await environment.plan(utc(TUESDAY, 12, 1)) == 1


async def test_after_days_switched_off_nobody_hears_of_a_silence_before_the_source_was_asked(
    environment: DigestEnvironment,
) -> None:
    await environment.chat("diffusion")
    await environment.list_papers()
    later = TUESDAY + timedelta(days=6)
    assert await environment.plan(utc(later, 7), answers=False, first_poll_pending=True) == 0
    await environment.list_papers(make_paper(1, DIFFUSION, day=later))
    assert await environment.plan() == 1
    content = (await environment.delivery()).content
    assert isinstance(content, DigestContent)
    assert not content.late_source
    assert [chosen.paper_id for chosen in content.selected] == [make_paper(1, DIFFUSION).id]


async def test_who_wants_the_whole_list_gets_it_when_it_is_settled_and_loses_no_day(
    environment: DigestEnvironment,
) -> None:
    chat = await environment.chat("diffusion", wait_for_complete_list=True)
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan(utc(TUESDAY, 20)) == 0
    environment.clock.move_to(utc(WEDNESDAY, 0, 5))
    await settles(environment, TUESDAY)
    assert await environment.plan() == 1
    again = await environment.reload_chat(chat)
    assert again.last_local_day == TUESDAY
    assert again.next_digest_at == utc(WEDNESDAY, 7)


async def test_an_unsent_digest_is_taken_over_by_the_next_one(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion")
    await environment.list_papers(make_paper(1, DIFFUSION))
    await environment.plan(utc(TUESDAY, 7))
    environment.clock.move_to(utc(WEDNESDAY, 6, 50))
    await environment.list_papers(make_paper(2, "More Diffusion", day=WEDNESDAY))
    await environment.plan(utc(WEDNESDAY, 7))
    assert await environment.counts() == {DeliveryState.EXPIRED: 1, DeliveryState.PENDING: 1}
    await environment.deliver()
    assert sorted(paper_ids_in(environment.telegram)) == ["2608.00001", "2608.00002"]
    assert len(environment.telegram.sent) == 1
    assert await environment.sent_papers(chat, make_paper(1), make_paper(2)) == {"2608.00001", "2608.00002"}


async def test_an_unsent_digest_goes_nowhere_once_its_topic_is_dropped(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion", "speech")
    await environment.list_papers(make_paper(1, DIFFUSION))
    await environment.plan(utc(TUESDAY, 7))
    async with environment.storage.write() as work:
        first = (await work.subscriptions.of_chat(chat.id))[0]
        await work.subscriptions.unfollow([first.id])
        await work.commit()
    environment.clock.move_to(utc(WEDNESDAY, 6, 50))
    await environment.list_papers(make_paper(2, SPEECH, day=WEDNESDAY))
    await environment.plan(utc(WEDNESDAY, 7))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00002"]


async def test_a_paper_that_waited_for_votes_comes_once_marked(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion upvotes>=20")
    await environment.list_papers(make_paper(1, DIFFUSION, votes=3), make_paper(2, "More Diffusion", votes=30))
    await environment.plan(utc(TUESDAY, 7))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00002"]
    environment.clock.move_to(utc(WEDNESDAY, 6, 50))
    await environment.list_papers(make_paper(1, DIFFUSION, votes=25))
    await environment.plan(utc(WEDNESDAY, 7))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00001"]
    content = (await environment.delivery(2)).content
    assert isinstance(content, DigestContent)
    assert content.selected[0].late_match


async def test_a_weekly_digest_brings_what_rose_in_time_on_a_day_without_one(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion upvotes>=20")
    async with environment.storage.write() as work:
        await work.chats.save(replace(chat, settings=replace(chat.settings, days=frozenset({TUESDAY.weekday()}))))
        await work.commit()
    for days, votes in ((1, 3), (7, 3), (8, 25), (14, 25)):  # risen seven days after its list
        day = TUESDAY + timedelta(days=days)
        environment.clock.move_to(utc(day, 6, 50))
        await environment.list_papers(make_paper(1, DIFFUSION, votes=votes, day=WEDNESDAY))
        await environment.plan(utc(day, 7))
        await environment.deliver()
        assert paper_ids_in(environment.telegram) == (["2608.00001"] if days == 14 else [])


async def test_what_rises_after_a_week_stays_away(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion upvotes>=20")
    await environment.list_papers(make_paper(1, DIFFUSION, votes=3))
    await environment.plan(utc(TUESDAY, 7))
    later = TUESDAY + timedelta(days=9)
    environment.clock.move_to(utc(later, 6, 50))
    await environment.list_papers(make_paper(1, DIFFUSION, votes=25))
    await environment.plan(utc(later, 7))
    assert await environment.counts() == {DeliveryState.PENDING: 1}  # the word that the first day was empty


async def test_an_empty_day_is_recorded_and_told_once(environment: DigestEnvironment) -> None:
    chat = await environment.chat("clustering")
    for day in (TUESDAY, WEDNESDAY):
        environment.clock.move_to(utc(day, 6, 50))
        await environment.list_papers(make_paper(day.day, SPEECH, day=day))
        assert await environment.plan(utc(day, 7)) == 1
    async with environment.storage.read() as work:
        editions = await work.outbox.editions(chat.id)
    assert [edition.empty_reason for edition in editions] == [EmptyReason.NOTHING_MATCHED] * 2
    assert await environment.counts() == {DeliveryState.PENDING: 1}
    content = (await environment.delivery()).content
    assert isinstance(content, EmptyDigestContent)
    assert (content.listed_count, content.topics) == (1, ("clustering",))


async def test_a_quiet_week_ends_with_a_note_that_knows_when_the_last_one_came(environment: DigestEnvironment) -> None:
    chat = await environment.chat("clustering", since=MONDAY)
    await environment.change_chat(chat, first_empty_notified=True)
    await environment.list_papers(make_paper(1, "Soft Clustering", day=date(2026, 6, 12)), make_paper(2, SPEECH))
    mention = "We draw maps of many things. " * 40 + "Clustering is used."
    await environment.list_papers(make_paper(3, "Maps of Things", abstract=mention, day=date(2026, 7, 1)))
    for day in (TUESDAY, WEDNESDAY, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=2)):
        await environment.plan(utc(day, 7))
    content = (await environment.delivery()).content
    assert isinstance(content, EmptyDigestContent)
    assert content.weekly
    assert content.last_match_day == date(2026, 6, 12)
    assert content.wider_matches == 2
    assert await environment.counts() == {DeliveryState.PENDING: 1}


async def test_a_late_row_of_fridays_does_not_break_the_weekends_silence(environment: DigestEnvironment) -> None:
    """Nor does it use up the word that is said once about a first silence: that comes on Monday."""
    chat = await environment.chat("diffusion", since=FRIDAY)
    environment.clock.move_to(utc(FRIDAY, 6))
    await environment.list_papers(make_paper(1, DIFFUSION, day=FRIDAY))
    assert await environment.plan(utc(FRIDAY, 7)) == 1
    assert await environment.deliver()
    saturday = FRIDAY + timedelta(days=1)
    environment.clock.move_to(utc(saturday, 1))
    async with environment.storage.write() as work:
        await work.papers.record_polls([PollRecord("huggingface", FRIDAY, utc(saturday, 1), 1, 1)])
        await work.commit()
    before = sum((await environment.counts()).values())
    assert await environment.plan(utc(saturday, 7)) == 1
    assert sum((await environment.counts()).values()) == before
    assert not (await environment.reload_chat(chat)).first_empty_notified


async def test_after_a_late_digest_a_note_counts_what_came_since(environment: DigestEnvironment) -> None:
    """The digest of Tuesday's 07:00 went at 15:00 and had looked at what came until then."""
    await environment.chat("clustering", since=MONDAY, empty_digest_policy=EmptyDigestPolicy.DAILY)
    environment.clock.move_to(utc(TUESDAY, 14))
    await environment.list_papers(make_paper(99, "Clustering"), *(make_paper(n, f"{SPEECH} {n}") for n in range(16)))
    assert await environment.plan(utc(TUESDAY, 15)) == 1
    assert await environment.deliver()
    environment.clock.move_to(utc(WEDNESDAY, 6))
    await environment.list_papers(*(make_paper(n, f"{SPEECH} {n}", day=WEDNESDAY) for n in range(20, 25)))
    assert await environment.plan(utc(WEDNESDAY, 7)) == 1
    content = (await environment.delivery(2)).content
    assert isinstance(content, EmptyDigestContent)
    assert content.listed_count == 5


async def test_a_topic_followed_while_planning_does_not_use_up_the_first_word(environment: DigestEnvironment) -> None:
    """It was not decided yet, so nobody knows that nothing matches."""
    environment.clock.move_to(utc(TUESDAY, 8))
    chat = await environment.chat("clustering", since=TUESDAY - timedelta(days=1))
    await environment.change_chat(chat, next_digest_at=utc(TUESDAY, 7))
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await plan_due(environment.storage, environment.index, utc(TUESDAY, 7, 30), CAPABILITIES) == 1
    assert not (await environment.reload_chat(chat)).first_empty_notified
    assert await environment.counts() == {}


async def test_weekends_pass_in_silence(environment: DigestEnvironment) -> None:
    saturday = date(2026, 8, 22)
    environment.clock.move_to(utc(saturday, 6))
    chat = await environment.chat("clustering", empty_digest_policy=EmptyDigestPolicy.DAILY)
    await environment.list_papers()
    assert await environment.plan(utc(saturday, 7)) == 1
    assert await environment.counts() == {}
    async with environment.storage.read() as work:
        assert [one.empty_reason for one in await work.outbox.editions(chat.id)] == [EmptyReason.WEEKEND]


async def test_a_pause_that_ends_starts_anew_without_what_came_meanwhile(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion")
    await environment.change_chat(
        chat, status=ChatStatus.PAUSED, paused_until=utc(WEDNESDAY, 5), next_digest_at=None, pause_reason=""
    )
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan(utc(TUESDAY, 7)) == 0
    environment.clock.move_to(utc(WEDNESDAY, 6))
    await environment.list_papers(make_paper(2, "More Diffusion", day=WEDNESDAY))
    assert await environment.plan() == 0
    assert (await environment.reload_chat(chat)).status is ChatStatus.ACTIVE
    await environment.plan(utc(WEDNESDAY, 7))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00002"]


async def test_a_long_digest_in_a_channel_goes_on_in_its_thread(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", platform=SLACK, kind=ChatKind.CHANNEL)
    await environment.list_papers(*(make_paper(n, f"Diffusion {n}", votes=n) for n in range(1, 23)))
    await environment.plan(utc(TUESDAY, 7))
    await environment.deliver()
    assert [len(paper_ids_in(environment.slack, place)) for place in range(3)] == [22, 12, 5]
    assert environment.slack.sent[0].reply_to is None
    assert all(sent.reply_to for sent in environment.slack.sent[1:])


async def test_a_chat_whose_zone_moved_back_gets_no_second_digest_that_day(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion")
    await environment.list_papers(make_paper(1, DIFFUSION))
    await environment.plan(utc(TUESDAY, 7))
    await environment.change_chat(chat, next_digest_at=utc(TUESDAY, 8), last_local_day=TUESDAY)
    await environment.list_papers(make_paper(2, "More Diffusion"))
    assert await environment.plan(utc(TUESDAY, 8)) == 0
    assert (await environment.reload_chat(chat)).next_digest_at == utc(WEDNESDAY, 7)


async def test_a_chat_that_follows_nothing_is_not_asked_for_again(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion")
    async with environment.storage.write() as work:
        await work.subscriptions.unfollow([one.id for one in await work.subscriptions.of_chat(chat.id)])
        await work.commit()
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan(utc(TUESDAY, 7)) == 0
    assert (await environment.reload_chat(chat)).next_digest_at is None


async def test_early_means_todays_digest_at_once_and_keeps_the_hour_where_there_is_nothing(
    environment: DigestEnvironment,
) -> None:
    lucky = await environment.chat("diffusion", name="1")
    other = await environment.chat("clustering", name="2")
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan(early=True) == 1
    assert await environment.plan(early=True) == 0
    assert (await environment.reload_chat(lucky)).next_digest_at == utc(WEDNESDAY, 7)
    assert (await environment.reload_chat(other)).next_digest_at == utc(TUESDAY, 7)


async def test_all_that_are_due_are_planned_however_many_pages_they_fill(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.planning.planner.PAGE_SIZE", 2)
    for number in range(5):
        await environment.chat("diffusion", name=str(number))
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await environment.plan(utc(TUESDAY, 7)) == 5
    assert await environment.counts() == {DeliveryState.PENDING: 5}


async def test_on_demand_the_newest_list_comes_at_once_and_not_again_at_the_hour(
    environment: DigestEnvironment,
) -> None:
    chat = await environment.chat("diffusion", "speech", since=WEDNESDAY)  # added after the list day
    await environment.list_papers(
        make_paper(1, DIFFUSION), make_paper(2, SPEECH), make_paper(3, "Older Diffusion", day=MONDAY)
    )
    planned = await plan_on_demand(
        environment.storage, environment.index, chat, environment.clock.now(), CAPABILITIES[TELEGRAM]
    )
    assert (planned.paper_count, planned.day, planned.listed_count) == (2, TUESDAY, 2)
    again = await plan_on_demand(
        environment.storage, environment.index, chat, utc(TUESDAY, 6, 1), CAPABILITIES[TELEGRAM]
    )
    assert (again.paper_count, again.empty_reason) == (0, EmptyReason.NOTHING_NEW)
    await environment.deliver()
    assert sorted(paper_ids_in(environment.telegram)) == ["2608.00001", "2608.00002"]
    assert (await environment.reload_chat(chat)).next_digest_at == utc(TUESDAY, 7)
    await environment.plan(utc(TUESDAY, 7))
    assert await environment.counts() == {DeliveryState.SENT: 1}
    async with environment.storage.read() as work:
        assert [one.empty_reason for one in await work.outbox.editions(chat.id)] == [EmptyReason.NOTHING_NEW]


async def test_on_demand_takes_a_waiting_digest_along(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion", since=MONDAY)
    await environment.list_papers(make_paper(1, DIFFUSION, day=MONDAY))
    await environment.plan(utc(TUESDAY, 7))
    await environment.list_papers(make_paper(2, "More Diffusion"))
    assert (
        await plan_on_demand(
            environment.storage, environment.index, chat, environment.clock.now(), CAPABILITIES[TELEGRAM]
        )
    ).paper_count == 2
    await environment.deliver()
    assert len(environment.telegram.sent) == 1
    assert sorted(paper_ids_in(environment.telegram)) == ["2608.00001", "2608.00002"]


async def test_on_demand_says_why_there_is_nothing(environment: DigestEnvironment) -> None:
    chat = await environment.chat("clustering")
    now = environment.clock.now()
    assert (
        await plan_on_demand(environment.storage, environment.index, chat, now, CAPABILITIES[TELEGRAM])
    ).empty_reason is EmptyReason.NOT_LISTED_YET
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert (
        await plan_on_demand(environment.storage, environment.index, chat, now, CAPABILITIES[TELEGRAM])
    ).empty_reason is EmptyReason.NOTHING_MATCHED


async def test_invented_papers_go_to_the_local_chat_only(environment: DigestEnvironment) -> None:
    telegram = await environment.chat("diffusion")
    local = await environment.chat("diffusion", platform=LOCAL, kind=ChatKind.LOCAL, name="local")
    await environment.list_papers(make_paper(1, DIFFUSION, sample=True), polled=False)
    now = environment.clock.now()
    assert (
        await plan_on_demand(environment.storage, environment.index, telegram, now, CAPABILITIES[TELEGRAM])
    ).paper_count == 0
    assert (
        await plan_on_demand(environment.storage, environment.index, local, now, CAPABILITIES[LOCAL])
    ).paper_count == 1


async def fails(environment: DigestEnvironment, at: object) -> None:
    """The source was read at six and fails since then."""
    now = environment.clock.now()
    async with environment.storage.write() as work:
        await work.papers.record_polls([PollRecord("huggingface", TUESDAY, now - timedelta(hours=1), 1, 0)])
        await work.papers.record_polls([PollRecord("huggingface", TUESDAY, at, problem="no answer")])  # type: ignore[arg-type]
        await work.commit()


async def settles(environment: DigestEnvironment, day: date) -> None:
    async with environment.storage.write() as work:
        await work.papers.record_polls([PollRecord("huggingface", day, environment.clock.now(), 1, 0)])
        await work.commit()
