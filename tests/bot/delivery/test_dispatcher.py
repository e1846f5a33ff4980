"""Sending: every end a try can have, what it does to the chat, and that nobody is forgotten or told twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatKind, ChatStatus
from bot.deliveries import DeliveryState
from bot.delivery import dispatcher
from bot.delivery.attempt import SEND_TIMEOUT_SECONDS, AttemptOutcome, AttemptRunner
from bot.delivery.dispatcher import SEND_LEASE, OutboxDispatcher
from bot.delivery.outbox_queue import OutboxQueue
from bot.delivery.results import BACKOFF_SECONDS, backoff
from bot.errors import (
    ChatIdChanged,
    ChatUnavailable,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
    UnavailableReason,
)
from bot.ports import Storage
from tests.bot.digest_env import DigestEnvironment, paper_ids_in
from tests.bot.factories import TUESDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

SENT = DeliveryState.SENT
NINE = utc(TUESDAY, 7)  # in Berlin


@pytest.fixture
def house(sqlite_storage: Storage) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 6)))


async def one_digest(house: DigestEnvironment, **chat: object) -> None:
    """One chat has a digest of one paper in the outbox."""
    await house.chat("diffusion", **chat)  # type: ignore[arg-type]  # any field of a chat
    await house.list_papers(make_paper(1, "Diffusion"))
    assert await house.plan(NINE) == 1


@asynccontextmanager
async def running(courier: OutboxDispatcher) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(courier.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def record(house: DigestEnvironment, *outcomes: AttemptOutcome) -> None:
    """Written by a queue that is served just for this."""
    outbox = OutboxQueue(house.storage, house.clock, "me")
    serving = asyncio.create_task(outbox.run())
    try:
        await asyncio.gather(*map(outbox.record, outcomes))
    finally:
        serving.cancel()


async def test_a_planned_digest_is_sent_once_with_sound_by_day(house: DigestEnvironment) -> None:
    await one_digest(house)
    assert await house.deliver()
    assert await house.deliver()
    (sent,) = house.telegram.sent
    assert not sent.silent
    assert sent.key
    assert await house.counts() == {SENT: 1}
    assert (await house.delivery()).message_ref is not None


@pytest.mark.parametrize(
    ("kind", "zone", "silent"),
    [
        (ChatKind.PRIVATE, "Europe/Berlin", False),
        (ChatKind.PRIVATE, "Asia/Tokyo", False),  # 16:00 there
        (ChatKind.GROUP, "Europe/Berlin", True),
        (ChatKind.CHANNEL, "Europe/Berlin", True),
    ],
)
async def test_only_private_chats_hear_a_sound(
    house: DigestEnvironment, kind: ChatKind, zone: str, silent: bool
) -> None:
    chat = await house.chat("diffusion", kind=kind, zone=zone)
    await house.change_chat(chat, next_digest_at=NINE)
    await house.list_papers(make_paper(1, "Diffusion"))
    await house.plan(NINE)
    await house.deliver()
    assert house.telegram.sent[0].silent is silent


async def test_nobody_is_woken_at_night(house: DigestEnvironment) -> None:
    chat = await house.chat("diffusion", zone="America/Los_Angeles")
    await house.change_chat(chat, next_digest_at=NINE)  # midnight there
    await house.list_papers(make_paper(1, "Diffusion"))
    await house.plan(NINE)
    await house.deliver()
    assert house.telegram.sent[0].silent


@pytest.mark.parametrize("gone", list(UnavailableReason))
async def test_a_chat_that_is_gone_is_paused_with_its_reason_and_keeps_everything(
    house: DigestEnvironment, gone: UnavailableReason
) -> None:
    await one_digest(house)
    house.telegram.script = [ChatUnavailable(gone)]
    await house.deliver()
    async with house.storage.read() as work:
        chat = await work.chats.get(1)
        topics = await work.subscriptions.of_chat(1)
    assert chat is not None
    assert (chat.status, chat.pause_reason, chat.next_digest_at) == (ChatStatus.PAUSED, gone.value, None)
    assert len(topics) == 1
    assert await house.counts() == {DeliveryState.FAILED: 1}
    assert await house.sent_papers(chat, make_paper(1)) == set()  # given back


async def test_a_group_that_became_a_supergroup_gets_its_digest_at_the_new_address(house: DigestEnvironment) -> None:
    await one_digest(house, kind=ChatKind.GROUP)
    house.telegram.script = [ChatIdChanged("-100500")]
    await house.deliver()
    assert house.telegram.sent[0].chat.address.chat == "-100500"
    assert await house.counts() == {SENT: 1}


async def test_a_chat_that_must_wait_waits_and_the_others_go_on(house: DigestEnvironment) -> None:
    await house.chat("diffusion", name="1")
    await house.chat("diffusion", name="2")
    await house.list_papers(make_paper(1, "Diffusion"))
    await house.plan(NINE)
    later = NINE + timedelta(minutes=2)
    house.telegram.script = [RetryLater(later, ErrorScope.CHAT, "429")]
    await house.deliver()
    first, second = house.telegram.sent
    assert first.chat.address.chat == "2"
    assert first.at < NINE + timedelta(minutes=1)
    assert second.at >= later
    assert (await house.delivery(1)).attempts == 1  # being asked to wait is no failed try


@pytest.mark.parametrize("scope", [ErrorScope.WORKSPACE, ErrorScope.BOT])
async def test_a_bot_that_must_wait_sends_nothing_anywhere_meanwhile(
    house: DigestEnvironment, scope: ErrorScope
) -> None:
    await house.chat("diffusion", name="1")
    await house.chat("diffusion", name="2")
    await house.list_papers(make_paper(1, "Diffusion"))
    await house.plan(NINE)
    later = NINE + timedelta(minutes=2)
    house.telegram.script = [RetryLater(later, scope, "429")]
    async with house.advancing_while_idle():
        await house.dispatcher(in_flight=1).drain(timedelta(hours=1))
    assert len(house.telegram.sent) == 2
    assert all(sent.at >= later for sent in house.telegram.sent)


async def test_what_surely_did_not_leave_is_tried_again_ever_more_slowly(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.script = [RetryLater(house.clock.now(), ErrorScope.CHAT, "no connection")] * 4
    await house.deliver()
    assert house.telegram.sent[0].at >= NINE + timedelta(seconds=0.8 * sum(BACKOFF_SECONDS[:4]))
    assert (await house.delivery()).attempts == 5


async def test_a_refused_token_holds_the_bot_and_loses_nothing(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.script = [NotAuthorised(ErrorScope.BOT, "401")]
    await house.deliver()
    assert house.telegram.sent[0].at >= NINE + timedelta(minutes=10)
    assert await house.counts() == {SENT: 1}


async def test_a_message_the_platform_refuses_fails_visibly_and_gives_its_papers_back(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.script = [MessageRejected("can't parse entities")]
    await house.deliver()
    assert await house.counts() == {DeliveryState.FAILED: 1}
    assert (await house.delivery()).problem == "can't parse entities"
    house.clock.move_to(utc(TUESDAY, 6) + timedelta(days=1))
    await house.plan(NINE + timedelta(days=1))
    await house.deliver()
    assert paper_ids_in(house.telegram) == ["2608.00001"]


async def test_telegram_cannot_be_asked_so_a_doubtful_message_is_sent_once_more_silently(
    house: DigestEnvironment,
) -> None:
    await one_digest(house)
    house.telegram.loses_answers = True
    house.telegram.script = [OutcomeUnknown("read timeout")]
    await house.deliver()
    first, second = house.telegram.sent
    assert first.key == second.key
    assert (first.silent, second.silent) == (False, True)
    assert await house.counts() == {SENT: 1}
    assert (await house.delivery()).possible_duplicate


async def test_but_never_a_third_time(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.loses_answers = True
    house.telegram.script = [OutcomeUnknown("read timeout")] * 5
    await house.deliver()
    assert len(house.telegram.sent) == 2
    assert await house.counts() == {DeliveryState.FAILED: 1}


async def test_an_operator_may_rather_hold_what_is_in_doubt(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.loses_answers = True
    house.telegram.script = [OutcomeUnknown("read timeout")]
    assert await house.deliver(on_uncertain="hold")
    assert len(house.telegram.sent) == 1
    assert await house.counts() == {DeliveryState.UNCERTAIN: 1}


async def test_slack_is_asked_and_a_message_that_is_there_is_not_sent_again(house: DigestEnvironment) -> None:
    await one_digest(house, platform=SLACK, kind=ChatKind.CHANNEL)
    house.slack.loses_answers = True
    house.slack.script = [OutcomeUnknown("500")]
    await house.deliver()
    assert len(house.slack.sent) == 1
    assert house.slack.find_requests == [house.slack.sent[0].key]
    assert (await house.delivery()).message_ref is not None
    assert await house.counts() == {SENT: 1}


async def test_slack_is_asked_and_a_message_that_is_not_there_is_sent(house: DigestEnvironment) -> None:
    await one_digest(house, platform=SLACK, kind=ChatKind.CHANNEL)
    house.slack.script = [OutcomeUnknown("500"), OutcomeUnknown("500")]
    await house.deliver()
    assert len(house.slack.sent) == 1
    assert len(house.slack.find_requests) == 2
    assert await house.counts() == {SENT: 1}


async def test_an_adapter_that_breaks_hurts_nobody_else(
    house: DigestEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    await house.chat("diffusion", name="1")
    await house.chat("diffusion", name="2")
    await house.list_papers(make_paper(1, "Secret Diffusion"))
    await house.plan(NINE)
    house.telegram.script = [RuntimeError("Secret Diffusion token"), None, None]
    await house.deliver()
    assert {sent.chat.address.chat for sent in house.telegram.sent} == {"1", "2"}
    assert "RuntimeError" in caplog.text
    assert "Secret" not in caplog.text


async def test_what_another_process_was_sending_when_it_died_is_in_doubt_at_the_next_start(
    house: DigestEnvironment,
) -> None:
    await one_digest(house)
    async with house.storage.write() as work:
        now = house.clock.now()
        await work.outbox.claim(TELEGRAM, owner="dead", now=now, lease_until=now + timedelta(hours=1))
        await work.commit()
    await house.deliver(owner="new")
    assert len(house.telegram.sent) == 1
    assert house.telegram.sent[0].silent
    assert house.telegram.sent[0].at < NINE + timedelta(minutes=1)


async def test_beside_other_workers_only_an_expired_lease_is_in_doubt(house: DigestEnvironment) -> None:
    await one_digest(house)
    async with house.storage.write() as work:
        now = house.clock.now()
        await work.outbox.claim(TELEGRAM, owner="alive", now=now, lease_until=now + timedelta(minutes=2))
        await work.commit()
    await house.deliver(owner="other", sole_sender=False)
    assert house.telegram.sent[0].at >= NINE + timedelta(minutes=2)


async def test_parts_of_a_thread_come_in_order_a_second_apart_under_their_post(house: DigestEnvironment) -> None:
    await house.chat("diffusion", platform=SLACK, kind=ChatKind.CHANNEL)
    await house.list_papers(*(make_paper(n, f"Diffusion {n}") for n in range(1, 30)))
    await house.plan(NINE)
    await house.deliver()
    post, *replies = house.slack.sent
    assert len(replies) == 2
    receipt = (await house.delivery(1)).message_ref
    assert all(reply.reply_to == receipt for reply in replies)
    moments = [sent.at for sent in house.slack.sent]
    assert all(after - before >= timedelta(seconds=1.1) for before, after in pairwise(moments))
    assert post.silent


async def test_planning_wakes_the_courier_at_once(house: DigestEnvironment) -> None:
    courier = house.dispatcher()
    async with running(courier):
        await one_digest(house)
        courier.wake()
        await house.telegram.wait_until(sent=1)  # the clock stands still: nothing but the bell can have done it


async def test_eight_are_in_flight_at_most_and_stopping_finishes_them(house: DigestEnvironment) -> None:
    for n in range(20):
        await house.chat("diffusion", name=str(n))
    await house.list_papers(make_paper(1, "Diffusion"))
    await house.plan(NINE)
    house.telegram.gate = asyncio.Event()
    courier = house.dispatcher()
    async with running(courier) as task:
        await house.telegram.wait_until(in_flight=8)
        task.cancel()
        await asyncio.sleep(0)
        house.telegram.gate.set()
    assert house.telegram.most_in_flight == 8
    assert await house.counts() == {SENT: 8, DeliveryState.PENDING: 12}


async def test_while_it_waits_for_its_turn_nothing_is_in_doubt(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.next_turn = asyncio.Event()
    async with running(house.dispatcher()):
        await house.telegram.wait_until(turns=1)
        assert await house.counts() == {DeliveryState.PENDING: 1}
    house.telegram.next_turn = None
    await house.deliver()
    assert await house.counts() == {SENT: 1}
    assert not (await house.delivery()).possible_duplicate


@pytest.mark.parametrize("hurried", [False, True])
async def test_a_send_that_hangs_is_broken_off_and_in_doubt(
    house: DigestEnvironment, monkeypatch: pytest.MonkeyPatch, hurried: bool
) -> None:
    monkeypatch.setattr(dispatcher, "SHUTDOWN_GRACE_SECONDS", 60.0 if hurried else 0.05)
    monkeypatch.setattr(dispatcher, "SHORTENED_GRACE_SECONDS", 0.05 if hurried else 60.0)
    await one_digest(house)
    house.telegram.gate = asyncio.Event()
    courier = house.dispatcher()
    async with asyncio.timeout(120), running(courier) as task:
        await house.telegram.wait_until(in_flight=1)
        task.cancel()
        await asyncio.sleep(0)
        if hurried:
            courier.shorten_shutdown()
    assert await house.counts() == {DeliveryState.UNCERTAIN: 1}
    assert (await house.delivery()).problem == "broken off at the end"


async def test_a_send_that_drips_on_for_ever_ends_before_its_lease_does(house: DigestEnvironment) -> None:
    """The libraries' own limits are for each step of a request, and a slow drip is an endless row of steps."""
    await one_digest(house)
    house.telegram.gate = asyncio.Event()
    now = house.clock.now()
    async with house.storage.write() as work:
        [claimed] = await work.outbox.claim(TELEGRAM, owner="me", now=now, lease_until=now + SEND_LEASE)
        await work.commit()
    async with asyncio.timeout(120):
        outcome = await AttemptRunner(house.storage, house.clock, timeout=0.05).attempt(house.telegram, claimed)
        await record(house, outcome)
    assert await house.counts() == {DeliveryState.UNCERTAIN: 1}
    assert (await house.delivery()).problem == "no answer in time"
    assert timedelta(seconds=SEND_TIMEOUT_SECONDS) < SEND_LEASE


async def test_what_nobody_could_send_for_twenty_hours_expires_and_comes_with_the_next_one(
    house: DigestEnvironment,
) -> None:
    await one_digest(house)
    house.telegram.script = [RetryLater(NINE + timedelta(hours=21), ErrorScope.CHAT, "429")]
    async with house.advancing_while_idle():
        assert not await house.dispatcher().drain(timedelta(seconds=10))
    house.clock.move_to(NINE + timedelta(hours=22))
    assert await house.deliver()
    assert house.telegram.sent == []
    assert await house.counts() == {DeliveryState.EXPIRED: 1}
    house.clock.move_to(NINE + timedelta(hours=23))
    await house.plan(NINE + timedelta(days=1))
    await house.deliver()
    assert paper_ids_in(house.telegram) == ["2608.00001"]


async def test_a_chat_that_was_erased_meanwhile_gets_nothing(house: DigestEnvironment) -> None:
    await one_digest(house)
    async with house.storage.write() as work:
        await work.chats.erase(1)
        await work.commit()
    assert await house.deliver()
    assert house.telegram.sent == []


async def test_a_database_that_is_busy_for_a_moment_loses_no_answer(house: DigestEnvironment) -> None:
    await one_digest(house)
    house.telegram.gate = asyncio.Event()
    async with house.advancing_while_idle():
        draining = asyncio.create_task(house.dispatcher().drain())
        await house.telegram.wait_until(in_flight=1)
        house.storage.write_failures = [OSError("locked"), OSError("locked")]
        house.telegram.gate.set()
        await draining
    assert len(house.telegram.sent) == 1
    assert await house.counts() == {SENT: 1}
    assert not house.storage.write_failures


@pytest.mark.parametrize("attempts", range(9))
def test_the_wait_grows_to_ten_minutes_and_is_spread(attempts: int) -> None:
    expected = BACKOFF_SECONDS[min(attempts, 4)]
    waits = {backoff(attempts).total_seconds() for _ in range(50)}
    assert all(0.8 * expected <= wait <= 1.2 * expected for wait in waits)
    assert len(waits) > 1
