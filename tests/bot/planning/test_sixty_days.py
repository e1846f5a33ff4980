"""Sixty days through a real database: 300 chats (a small run: 8) all over the world, on a machine not always there."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, MessageRef
from bot.deliveries import AttemptResult, DeliveryState, DigestContent
from bot.due import due_moment_on, local_day
from bot.ports import Storage
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeChatPlatform, FakeClock

pytestmark = pytest.mark.long(90)
FIRST = date(2026, 3, 2)  # clocks change in America on 8 March, in Europe on the 29th, in Australia on 5 April
DAYS = 60
CHATS, FEW_CHATS = 300, 8
Arrived = dict[int, Counter[str]]  # by chat: how often each paper came

TOPICS = {"diffusion": "Diffusion", "speech": "Speech", "robotics": "Robotics"}
ZONES = (
    "America/Los_Angeles",
    "America/St_Johns",
    "Europe/Berlin",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
# Switched off from the first moment to the second: over a morning, three days, and just over a clock change.
AWAY = (
    (utc(date(2026, 3, 11), 5), utc(date(2026, 3, 11), 11)),
    (utc(date(2026, 3, 20), 2), utc(date(2026, 3, 23), 2)),
    (utc(date(2026, 3, 28), 23), utc(date(2026, 3, 29), 4)),
)


@pytest.fixture
def environment(sqlite_storage: Storage) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(FIRST, 0)))


@pytest.mark.timeout(1800)
async def test_every_chat_gets_one_digest_on_each_of_its_days_and_every_paper_once(
    environment: DigestEnvironment, full: bool
) -> None:
    arrived: Arrived = defaultdict(Counter)
    chats = [await some_chat(environment, number) for number in range(CHATS if full else FEW_CHATS)]
    for moment in sorted({*listing_days(), *due_moments(chats)}):
        if not away(moment):
            await at(environment, moment, arrived)
    environment.clock.move_to(utc(FIRST + timedelta(days=DAYS), 0))
    for chat in chats:
        assert await local_days_of(environment, chat) == expected_days(chat), (chat.settings.zone, chat.settings.hour)
    assert all(set(counted.values()) == {1} for counted in arrived.values()), "a paper came twice"
    assert {chat.id: set(arrived[chat.id]) for chat in chats} == {chat.id: owed(chat) for chat in chats}


async def some_chat(environment: DigestEnvironment, number: int) -> Chat:
    """A chat with its own zone, hour, days and topic; most of them want one or two days of the week, some every day."""
    chance = random.Random(number)
    days = frozenset(range(7) if number % 30 == 0 else chance.sample(range(7), chance.choice((1, 1, 2))))
    return await environment.chat(
        topic_of(number),
        name=str(1000 + number),
        platform=SLACK if number % 2 else TELEGRAM,
        zone=ZONES[number % len(ZONES)],
        hour=time(2 if number % 16 in (2, 5) else 9),
        days=days,
        since=FIRST,
        source_grace_minutes=0,
    )


def topic_of(number: int) -> str:
    return tuple(TOPICS)[number % len(TOPICS)]


async def at(environment: DigestEnvironment, moment: datetime, arrived: Arrived) -> None:
    """One moment of the running machine: the list at its hour, then whatever is due."""
    environment.clock.move_to(moment)
    if moment in listing_days():
        day = moment.date()
        number = 10 * (day - FIRST).days
        await environment.list_papers(
            *(make_paper(number + n, f"{name} {day}", day=day) for n, name in enumerate(TOPICS.values()))
        )
    if await environment.plan(moment):
        await carry_out(environment, arrived)


async def carry_out(environment: DigestEnvironment, arrived: Arrived) -> None:
    """Every message arrives at once: how they are carried is told elsewhere."""
    for messenger in (environment.telegram, environment.slack):
        claimed = True
        while claimed:
            claimed = await carry_some(environment, messenger, arrived)


async def carry_some(environment: DigestEnvironment, messenger: FakeChatPlatform, arrived: Arrived) -> bool:
    now = environment.clock.now()
    async with environment.storage.write() as work:
        taken = await work.outbox.claim(
            messenger.platform, owner="me", now=now, lease_until=now + timedelta(minutes=5), limit=100
        )
        for delivery in taken:
            chosen = delivery.content.selected if isinstance(delivery.content, DigestContent) else ()
            arrived[delivery.chat_id].update(one.paper_id for one in chosen)
        results = [AttemptResult(each.id, DeliveryState.SENT, now, MessageRef(str(each.id))) for each in taken]
        await work.outbox.record_results(results, "me")
        await work.commit()
    return bool(taken)


def listing_days() -> list[datetime]:
    """When the day's list appears: each day, weekends too, so that every due day has something to bring."""
    return [utc(FIRST + timedelta(days=n), 0) for n in range(DAYS)]


def due_moments(chats: list[Chat]) -> set[datetime]:
    """Every due moment of every chat, and the moments at which the machine comes back."""
    due = {moment for chat in chats for moment in moments_of(chat)}
    return {*due, *(back for _, back in AWAY)}


def moments_of(chat: Chat) -> list[datetime]:
    """Of the sixty days, those moments that lie inside them."""
    days = (FIRST + timedelta(days=n - 1) for n in range(DAYS + 2))
    wanted = (due_moment_on(chat.settings, day) for day in days if day.weekday() in chat.settings.days)
    end = utc(FIRST + timedelta(days=DAYS), 0)
    return [moment for moment in wanted if moment and utc(FIRST, 0) < moment < end]


def away(moment: datetime) -> bool:
    return any(gone <= moment < back for gone, back in AWAY)


def expected_days(chat: Chat) -> list[date]:
    """The local day of each moment the machine saw; what fell into an absence comes as one, on its return."""
    days = []
    for moment in moments_of(chat):
        seen = next((back for gone, back in AWAY if gone <= moment < back), moment)
        days.append(local_day(chat.settings, seen))
    return list(dict.fromkeys(days))


async def local_days_of(environment: DigestEnvironment, chat: Chat) -> list[date]:
    async with environment.storage.read() as work:
        return [edition.local_day for edition in reversed(await work.outbox.editions(chat.id, 2 * DAYS))]


def owed(chat: Chat) -> set[str]:
    """One paper for each list that had appeared by the last moment at which the chat was served."""
    seen = (next((back for gone, back in AWAY if gone <= moment < back), moment) for moment in moments_of(chat))
    last = max(seen)
    place = tuple(TOPICS).index(chat_topic(chat))
    return {paper_id(moment, place) for moment in listing_days() if moment <= last and not away(moment)}


def chat_topic(chat: Chat) -> str:
    return topic_of(int(chat.address.chat) - 1000)


def paper_id(moment: datetime, place: int) -> str:
    return make_paper(10 * (moment.date() - FIRST).days + place).id


def test_the_zones_are_odd_on_purpose() -> None:
    offsets = {datetime(2026, 3, 2, 12, tzinfo=ZoneInfo(zone)).utcoffset() for zone in ZONES}
    assert any(offset and offset % timedelta(hours=1) for offset in offsets)
