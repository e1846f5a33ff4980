"""Every answer of the tables at once, each to another chat: what becomes of its digest, and that the others get theirs.

Real settings, database, dispatcher and client libraries; one bot and one workspace with a chat for every answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.slack.capabilities import SLACK
from adapters.slack.client.error_table import ERROR_RULES
from adapters.slack.client.error_table import SlackRemedy as SlackDoes
from adapters.slack.workspaces import workspace_bot as slack_team
from adapters.telegram.capabilities import TELEGRAM
from adapters.telegram.client.error_table import TelegramRemedy
from bot.chats import Chat, ChatAddress, ChatStatus, Platform
from bot.deliveries import DeliveryState
from bot.delivery.reconciler import FIRST_LOOKUP_DELAY
from paperboy.supervisor import cancel_and_wait
from tests.adapters.telegram.test_error_table import ANSWERS, row
from tests.contracts.factories import make_paper, make_plan, store_chat, store_papers, write_plans
from tests.e2e.support.environment import Environment, RunningPaperboy
from tests.fakes.slack import refused

NOW = datetime(2026, 8, 18, 7, tzinfo=UTC)
HEALTHY = 20
PAPERS = [f"2608.{number:05}" for number in range(1, 16)]
UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
SENT, FAILED = DeliveryState.SENT, DeliveryState.FAILED
#: What a single answer leads to in the end; what is not here is sent after all.
ENDS = {
    TelegramRemedy.PAUSE: FAILED,
    TelegramRemedy.FAIL: FAILED,
    TelegramRemedy.ALREADY_APPLIED: FAILED,
    TelegramRemedy.MESSAGE_GONE: FAILED,
    TelegramRemedy.QUERY_EXPIRED: FAILED,
}
SLACK_ENDS = {SlackDoes.PAUSE: FAILED, SlackDoes.FAIL: FAILED}


@pytest.fixture
async def environment(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, NOW) as environment:
        yield environment


async def deliver(paperboy: RunningPaperboy, platform: Platform) -> None:
    """Until nothing is left: whenever all is quiet, time goes on to the moment at which there is something to do."""
    running = asyncio.create_task(paperboy.app.outbox_dispatcher.run())
    try:
        async with asyncio.timeout(120):
            while not await _quiet(paperboy, platform):  # noqa: ASYNC110 - it moves the clock
                await asyncio.sleep(0.01)
    finally:
        await cancel_and_wait([running])


async def _quiet(paperboy: RunningPaperboy, platform: Platform) -> bool:
    """Whether nothing is left at all; where nothing can be done now, the clock is moved."""
    now = paperboy.clock.now()
    async with paperboy.app.storage.read() as work:
        counts = await work.outbox.count_by_state()
        ripe = await work.outbox.claimable_count(platform, now)
        following = await work.outbox.next_pending_at(platform)
    if not counts[DeliveryState.SENDING] and not ripe:
        paperboy.clock.move_to(max(following or now, now + FIRST_LOOKUP_DELAY))
    return not any(counts[state] for state in UNFINISHED)


async def given(paperboy: RunningPaperboy, addresses: Iterable[ChatAddress]) -> list[Chat]:
    """A digest that fills more than half a message waits for each chat."""
    storage = paperboy.app.storage
    await store_papers(
        storage, *(make_paper(paper, title=f"How {paper} moves {'very ' * 20}heavy boxes") for paper in PAPERS)
    )
    chats = [await store_chat(storage, address, at=NOW - timedelta(days=9)) for address in addresses]
    await write_plans(storage, *(make_plan(chat, PAPERS) for chat in chats))
    return chats


async def ended(paperboy: RunningPaperboy, chat: Chat) -> tuple[DeliveryState | None, ChatStatus, str]:
    async with paperboy.app.storage.read() as work:
        [edition] = await work.outbox.editions(chat.id)
        found = await work.chats.get(chat.id)
    assert found
    return edition.state, found.status, found.pause_reason


async def test_telegrams(environment: Environment) -> None:
    cases = {
        name: case
        for name, answer in ANSWERS.items()
        if (case := row(answer)) and case.remedy is not TelegramRemedy.MIGRATE
    }
    people = {
        name: environment.telegram.private(environment.telegram.person(name))
        for name in [*cases, *map(str, range(HEALTHY))]
    }
    group = environment.telegram.group("Lab", admins=[environment.telegram.person("Boss")])
    migrated_group = group.migrate()
    async with environment.run_paperboy() as paperboy:
        bot = environment.telegram.token.partition(":")[0]
        places = [*(person.id for person in people.values()), group.id]
        chats = await given(paperboy, (ChatAddress(TELEGRAM, bot, str(place)) for place in places))
        for name in cases:
            environment.telegram.refuse_next("sendMessage", ANSWERS[name], chat_id=people[name].id)
        await deliver(paperboy, TELEGRAM)
        found = {name: await ended(paperboy, chat) for name, chat in zip(people, chats[:-1], strict=True)}
        assert (await ended(paperboy, chats[-1]))[:2] == (SENT, ChatStatus.ACTIVE)
    assert len(migrated_group.messages) == 1
    assert found == {
        **{
            name: (
                ENDS.get(case.remedy, SENT),
                ChatStatus.PAUSED if case.unavailable_reason else ChatStatus.ACTIVE,
                case.unavailable_reason.value if case.unavailable_reason else "",
            )
            for name, case in cases.items()
        },
        **{str(number): (SENT, ChatStatus.ACTIVE, "") for number in range(HEALTHY)},
    }
    messages = {name: len(person.messages) for name, person in people.items()}
    in_pieces = [name for name, case in cases.items() if case.remedy is TelegramRemedy.SPLIT]
    assert {messages.pop(name) for name in in_pieces} == {2}
    assert messages == {name: int(found[name][0] is SENT) for name in messages}


async def test_slacks(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_team, "TURNS_A_SECOND", 200)  # two a second would take most of a minute
    names = [*ERROR_RULES, *map(str, range(HEALTHY))]
    channels = {name: environment.team.channel(f"c{place}", bot=True) for place, name in enumerate(names)}
    async with environment.run_paperboy() as paperboy:
        chats = await given(paperboy, (ChatAddress(SLACK, "T1", one.id) for one in channels.values()))
        for name in ERROR_RULES:
            environment.slack.fail(
                "chat.postMessage",
                refused(name),
                when=lambda call, place=channels[name].id: call.args["channel"] == place,
            )
        await deliver(paperboy, SLACK)
        found = {name: await ended(paperboy, chat) for name, chat in zip(names, chats, strict=True)}
    assert found == {
        **{
            name: (
                SLACK_ENDS.get(case.remedy, SENT),
                ChatStatus.PAUSED if case.unavailable_reason else ChatStatus.ACTIVE,
                case.unavailable_reason.value if case.unavailable_reason else "",
            )
            for name, case in ERROR_RULES.items()
        },
        **{str(number): (SENT, ChatStatus.ACTIVE, "") for number in range(HEALTHY)},
    }
    posts = {name: len(channel.posts) for name, channel in channels.items()}
    assert posts == {name: int(state is SENT) for name, (state, *_) in found.items()}
