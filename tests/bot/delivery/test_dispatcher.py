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
from bot.delivery import dispatcher as dispatcher_module
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
def environment(sqlite_storage: Storage) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 6)))


async def one_digest(environment: DigestEnvironment, **chat: object) -> None:
    """One chat has a digest of one paper in the outbox."""
    await environment.chat("diffusion", **chat)  # type: ignore[arg-type]  # any field of a chat
    await environment.list_papers(make_paper(1, "Diffusion"))
    assert await environment.plan(NINE) == 1


@asynccontextmanager
async def running(dispatcher: OutboxDispatcher) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(dispatcher.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def record(environment: DigestEnvironment, *outcomes: AttemptOutcome) -> None:
    """Written by a queue that is served just for this."""
    outbox = OutboxQueue(environment.storage, environment.clock, "me")
    serving = asyncio.create_task(outbox.run())
    try:
        await asyncio.gather(*map(outbox.record, outcomes))
    finally:
        serving.cancel()


async def test_a_planned_digest_is_sent_once_with_sound_by_day(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    assert await environment.deliver()
    assert await environment.deliver()
    (sent,) = environment.telegram.sent
    assert not sent.silent
    assert sent.key
    assert await environment.counts() == {SENT: 1}
    assert (await environment.delivery()).message_ref is not None


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
    environment: DigestEnvironment, kind: ChatKind, zone: str, silent: bool
) -> None:
    chat = await environment.chat("diffusion", kind=kind, zone=zone)
    await environment.change_chat(chat, next_digest_at=NINE)
    await environment.list_papers(make_paper(1, "Diffusion"))
    await environment.plan(NINE)
    await environment.deliver()
    assert environment.telegram.sent[0].silent is silent


async def test_nobody_is_woken_at_night(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion", zone="America/Los_Angeles")
    await environment.change_chat(chat, next_digest_at=NINE)  # midnight there
    await environment.list_papers(make_paper(1, "Diffusion"))
    await environment.plan(NINE)
    await environment.deliver()
    assert environment.telegram.sent[0].silent


@pytest.mark.parametrize("gone", list(UnavailableReason))
async def test_a_chat_that_is_gone_is_paused_with_its_reason_and_keeps_everything(
    environment: DigestEnvironment, gone: UnavailableReason
) -> None:
    await one_digest(environment)
    environment.telegram.script = [ChatUnavailable(gone)]
    await environment.deliver()
    async with environment.storage.read() as work:
        chat = await work.chats.get(1)
        topics = await work.subscriptions.of_chat(1)
    assert chat is not None
    assert (chat.status, chat.pause_reason, chat.next_digest_at) == (ChatStatus.PAUSED, gone.value, None)
    assert len(topics) == 1
    assert await environment.counts() == {DeliveryState.FAILED: 1}
    assert await environment.sent_papers(chat, make_paper(1)) == set()  # given back


async def test_a_group_that_became_a_supergroup_gets_its_digest_at_the_new_address(
    environment: DigestEnvironment,
) -> None:
    await one_digest(environment, kind=ChatKind.GROUP)
    environment.telegram.script = [ChatIdChanged("-100500")]
    await environment.deliver()
    assert environment.telegram.sent[0].chat.address.chat == "-100500"
    assert await environment.counts() == {SENT: 1}


async def test_a_chat_that_must_wait_waits_and_the_others_go_on(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", name="1")
    await environment.chat("diffusion", name="2")
    await environment.list_papers(make_paper(1, "Diffusion"))
    await environment.plan(NINE)
    later = NINE + timedelta(minutes=2)
    environment.telegram.script = [RetryLater(later, ErrorScope.CHAT, "429")]
    await environment.deliver()
    first, second = environment.telegram.sent
    assert first.chat.address.chat == "2"
    assert first.at < NINE + timedelta(minutes=1)
    assert second.at >= later
    assert (await environment.delivery(1)).attempts == 1  # being asked to wait is no failed try


@pytest.mark.parametrize("scope", [ErrorScope.WORKSPACE, ErrorScope.BOT])
async def test_a_bot_that_must_wait_sends_nothing_anywhere_meanwhile(
    environment: DigestEnvironment, scope: ErrorScope
) -> None:
    await environment.chat("diffusion", name="1")
    await environment.chat("diffusion", name="2")
    await environment.list_papers(make_paper(1, "Diffusion"))
    await environment.plan(NINE)
    later = NINE + timedelta(minutes=2)
    environment.telegram.script = [RetryLater(later, scope, "429")]
    async with environment.advancing_while_idle():
        await environment.dispatcher(in_flight=1).drain(timedelta(hours=1))
    assert len(environment.telegram.sent) == 2
    assert all(sent.at >= later for sent in environment.telegram.sent)


async def test_what_surely_did_not_leave_is_tried_again_ever_more_slowly(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    environment.telegram.script = [RetryLater(environment.clock.now(), ErrorScope.CHAT, "no connection")] * 4
    await environment.deliver()
    assert environment.telegram.sent[0].at >= NINE + timedelta(seconds=0.8 * sum(BACKOFF_SECONDS[:4]))
    assert (await environment.delivery()).attempts == 5


async def test_a_refused_token_holds_the_bot_and_loses_nothing(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    environment.telegram.script = [NotAuthorised(ErrorScope.BOT, "401")]
    await environment.deliver()
    assert environment.telegram.sent[0].at >= NINE + timedelta(minutes=10)
    assert await environment.counts() == {SENT: 1}


async def test_a_message_the_platform_refuses_fails_visibly_and_gives_its_papers_back(
    environment: DigestEnvironment,
) -> None:
    await one_digest(environment)
    environment.telegram.script = [MessageRejected("can't parse entities")]
    await environment.deliver()
    assert await environment.counts() == {DeliveryState.FAILED: 1}
    assert (await environment.delivery()).problem == "can't parse entities"
    environment.clock.move_to(utc(TUESDAY, 6) + timedelta(days=1))
    await environment.plan(NINE + timedelta(days=1))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00001"]


async def test_telegram_cannot_be_asked_so_a_doubtful_message_is_sent_once_more_silently(
    environment: DigestEnvironment,
) -> None:
    await one_digest(environment)
    environment.telegram.loses_answers = True
    environment.telegram.script = [OutcomeUnknown("read timeout")]
    await environment.deliver()
    first, second = environment.telegram.sent
    assert first.key == second.key
    assert (first.silent, second.silent) == (False, True)
    assert await environment.counts() == {SENT: 1}
    assert (await environment.delivery()).possible_duplicate


async def test_but_never_a_third_time(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    environment.telegram.loses_answers = True
    environment.telegram.script = [OutcomeUnknown("read timeout")] * 5
    await environment.deliver()
    assert len(environment.telegram.sent) == 2
    assert await environment.counts() == {DeliveryState.FAILED: 1}


async def test_an_operator_may_rather_hold_what_is_in_doubt(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    environment.telegram.loses_answers = True
    environment.telegram.script = [OutcomeUnknown("read timeout")]
    assert await environment.deliver(on_uncertain="hold")
    assert len(environment.telegram.sent) == 1
    assert await environment.counts() == {DeliveryState.UNCERTAIN: 1}


async def test_slack_is_asked_and_a_message_that_is_there_is_not_sent_again(environment: DigestEnvironment) -> None:
    await one_digest(environment, platform=SLACK, kind=ChatKind.CHANNEL)
    environment.slack.loses_answers = True
    environment.slack.script = [OutcomeUnknown("500")]
    await environment.deliver()
    assert len(environment.slack.sent) == 1
    assert environment.slack.find_requests == [environment.slack.sent[0].key]
    assert (await environment.delivery()).message_ref is not None
    assert await environment.counts() == {SENT: 1}


async def test_slack_is_asked_and_a_message_that_is_not_there_is_sent(environment: DigestEnvironment) -> None:
    await one_digest(environment, platform=SLACK, kind=ChatKind.CHANNEL)
    environment.slack.script = [OutcomeUnknown("500"), OutcomeUnknown("500")]
    await environment.deliver()
    assert len(environment.slack.sent) == 1
    assert len(environment.slack.find_requests) == 2
    assert await environment.counts() == {SENT: 1}


async def test_an_adapter_that_breaks_hurts_nobody_else(
    environment: DigestEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    await environment.chat("diffusion", name="1")
    await environment.chat("diffusion", name="2")
    await environment.list_papers(make_paper(1, "Secret Diffusion"))
    await environment.plan(NINE)
    environment.telegram.script = [RuntimeError("Secret Diffusion token"), None, None]
    await environment.deliver()
    assert {sent.chat.address.chat for sent in environment.telegram.sent} == {"1", "2"}
    assert "RuntimeError" in caplog.text
    assert "Secret" not in caplog.text


async def test_what_another_process_was_sending_when_it_died_is_in_doubt_at_the_next_start(
    environment: DigestEnvironment,
) -> None:
    await one_digest(environment)
    async with environment.storage.write() as work:
        now = environment.clock.now()
        await work.outbox.claim(TELEGRAM, owner="dead", now=now, lease_until=now + timedelta(hours=1))
        await work.commit()
    await environment.deliver(owner="new")
    assert len(environment.telegram.sent) == 1
    assert environment.telegram.sent[0].silent
    assert environment.telegram.sent[0].at < NINE + timedelta(minutes=1)


async def test_beside_other_workers_only_an_expired_lease_is_in_doubt(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    async with environment.storage.write() as work:
        now = environment.clock.now()
        await work.outbox.claim(TELEGRAM, owner="alive", now=now, lease_until=now + timedelta(minutes=2))
        await work.commit()
    await environment.deliver(owner="other", sole_sender=False)
    assert environment.telegram.sent[0].at >= NINE + timedelta(minutes=2)


async def test_parts_of_a_thread_come_in_order_a_second_apart_under_their_post(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", platform=SLACK, kind=ChatKind.CHANNEL)
    await environment.list_papers(*(make_paper(n, f"Diffusion {n}") for n in range(1, 30)))
    await environment.plan(NINE)
    await environment.deliver()
    post, *replies = environment.slack.sent
    assert len(replies) == 2
    receipt = (await environment.delivery(1)).message_ref
    assert all(reply.reply_to == receipt for reply in replies)
    moments = [sent.at for sent in environment.slack.sent]
    assert all(after - before >= timedelta(seconds=1.1) for before, after in pairwise(moments))
    assert post.silent


async def test_planning_wakes_the_dispatcher_at_once(environment: DigestEnvironment) -> None:
    dispatcher = environment.dispatcher()
    async with running(dispatcher):
        await one_digest(environment)
        dispatcher.wake()
        await environment.telegram.wait_until(sent=1)  # the clock stands still: nothing but the bell can have done it


async def test_eight_are_in_flight_at_most_and_stopping_finishes_them(environment: DigestEnvironment) -> None:
    for n in range(20):
        await environment.chat("diffusion", name=str(n))
    await environment.list_papers(make_paper(1, "Diffusion"))
    await environment.plan(NINE)
    environment.telegram.gate = asyncio.Event()
    dispatcher = environment.dispatcher()
    async with running(dispatcher) as task:
        await environment.telegram.wait_until(in_flight=8)
        task.cancel()
        await asyncio.sleep(0)
        environment.telegram.gate.set()
    assert environment.telegram.most_in_flight == 8
    assert await environment.counts() == {SENT: 8, DeliveryState.PENDING: 12}


async def test_while_it_waits_for_its_turn_nothing_is_in_doubt(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    environment.telegram.next_turn = asyncio.Event()
    async with running(environment.dispatcher()):
        await environment.telegram.wait_until(turns=1)
        assert await environment.counts() == {DeliveryState.PENDING: 1}
    environment.telegram.next_turn = None
    await environment.deliver()
    assert await environment.counts() == {SENT: 1}
    assert not (await environment.delivery()).possible_duplicate


@pytest.mark.parametrize("hurried", [False, True])
async def test_a_send_that_hangs_is_broken_off_and_in_doubt(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch, hurried: bool
) -> None:
    monkeypatch.setattr(dispatcher_module, "SHUTDOWN_GRACE_SECONDS", 60.0 if hurried else 0.05)
    monkeypatch.setattr(dispatcher_module, "SHORTENED_GRACE_SECONDS", 0.05 if hurried else 60.0)
    await one_digest(environment)
    environment.telegram.gate = asyncio.Event()
    dispatcher = environment.dispatcher()
    async with asyncio.timeout(120), running(dispatcher) as task:
        await environment.telegram.wait_until(in_flight=1)
        task.cancel()
        await asyncio.sleep(0)
        if hurried:
            dispatcher.shorten_shutdown()
    assert await environment.counts() == {DeliveryState.UNCERTAIN: 1}
    assert (await environment.delivery()).problem == "broken off at the end"


async def test_a_send_that_drips_on_for_ever_ends_before_its_lease_does(environment: DigestEnvironment) -> None:
    """The libraries' own limits are for each step of a request, and a slow drip is an endless row of steps."""
    await one_digest(environment)
    environment.telegram.gate = asyncio.Event()
    now = environment.clock.now()
    async with environment.storage.write() as work:
        [claimed] = await work.outbox.claim(TELEGRAM, owner="me", now=now, lease_until=now + SEND_LEASE)
        await work.commit()
    async with asyncio.timeout(120):
        outcome = await AttemptRunner(environment.storage, environment.clock, timeout=0.05).attempt(
            environment.telegram, claimed
        )
        await record(environment, outcome)
    assert await environment.counts() == {DeliveryState.UNCERTAIN: 1}
    assert (await environment.delivery()).problem == "no answer in time"
    assert timedelta(seconds=SEND_TIMEOUT_SECONDS) < SEND_LEASE


async def test_what_nobody_could_send_for_twenty_hours_expires_and_comes_with_the_next_one(
    environment: DigestEnvironment,
) -> None:
    await one_digest(environment)
    environment.telegram.script = [RetryLater(NINE + timedelta(hours=21), ErrorScope.CHAT, "429")]
    async with environment.advancing_while_idle():
        assert await environment.dispatcher().drain(timedelta(seconds=10)), "it waits for hours"
    environment.clock.move_to(NINE + timedelta(hours=22))
    assert await environment.deliver()
    assert environment.telegram.sent == []
    assert await environment.counts() == {DeliveryState.EXPIRED: 1}
    environment.clock.move_to(NINE + timedelta(hours=23))
    await environment.plan(NINE + timedelta(days=1))
    await environment.deliver()
    assert paper_ids_in(environment.telegram) == ["2608.00001"]


async def test_a_chat_that_was_erased_meanwhile_gets_nothing(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    async with environment.storage.write() as work:
        await work.chats.erase(1)
        await work.commit()
    assert await environment.deliver()
    assert environment.telegram.sent == []


async def test_a_database_that_is_busy_for_a_moment_loses_no_answer(environment: DigestEnvironment) -> None:
    await one_digest(environment)
    environment.telegram.gate = asyncio.Event()
    async with environment.advancing_while_idle():
        draining = asyncio.create_task(environment.dispatcher().drain())
        await environment.telegram.wait_until(in_flight=1)
        environment.storage.write_failures = [OSError("locked"), OSError("locked")]
        environment.telegram.gate.set()
        await draining
    assert len(environment.telegram.sent) == 1
    assert await environment.counts() == {SENT: 1}
    assert not environment.storage.write_failures


@pytest.mark.parametrize("attempts", range(9))
def test_the_wait_grows_to_ten_minutes_and_is_spread(attempts: int) -> None:
    expected = BACKOFF_SECONDS[min(attempts, 4)]
    waits = {backoff(attempts).total_seconds() for _ in range(50)}
    assert all(0.8 * expected <= wait <= 1.2 * expected for wait in waits)
    assert len(waits) > 1
