"""How fast a bot may speak: what one process and many agree upon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.ports import Cooldown, RateLimit, RateLimiter
from bot.rate_limit import InMemoryRateLimiter, PriorityTurnQueue
from storage.coordination.rate_limit import DatabaseRateLimiter
from storage.database import Database
from tests.contracts.factories import NOW

# Nobody waits in these tests: waits are told, and a gap is so long that the time a test takes does not matter.
LONG = RateLimit("telegram:7", interval=100.0)
GROUP = RateLimit("telegram:7:-1", interval=100.0, burst=3)
SECOND = timedelta(seconds=1)

LimiterFactory = Callable[[], RateLimiter]


@pytest.fixture(params=["one process", "many"])
async def make_limiter(request: pytest.FixtureRequest) -> AsyncIterator[LimiterFactory]:
    """Each call is another process's view of the same pace."""
    if request.param == "one process":
        limiter = InMemoryRateLimiter()
        yield lambda: limiter
        return
    url, opened = request.getfixturevalue("postgres_url"), list[Database]()

    def another() -> RateLimiter:
        opened.append(Database(url))
        return opened[-1].rate_limiter

    yield another
    for database in opened:
        await database.close()


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=20)


async def test_turns_lie_a_gap_apart_whoever_asks(make_limiter: LimiterFactory) -> None:
    one, other = make_limiter(), make_limiter()
    waits = [(await limiter.reserve(LONG)).wait for limiter in (one, other, one, other)]
    assert waits == [0.0, about(100), about(200), about(300)]


async def test_several_turns_are_booked_at_once(make_limiter: LimiterFactory) -> None:
    one, other = make_limiter(), make_limiter()
    first = await one.reserve(LONG, 3)
    assert (first.wait, first.interval) == (0.0, 100.0)
    assert (await other.reserve(LONG)).wait == about(300)


async def test_many_who_ask_at_once_never_get_the_same_turn(make_limiter: LimiterFactory) -> None:
    limiters = [make_limiter() for _ in range(4)]
    booked = await asyncio.gather(*(limiter.reserve(LONG) for limiter in limiters for _ in range(5)))
    assert sorted(booking.wait for booking in booked) == [about(100 * place) for place in range(20)]


async def test_lanes_do_not_disturb_each_other(make_limiter: LimiterFactory) -> None:
    limiter = make_limiter()
    await limiter.reserve(LONG, 5)
    assert (await limiter.reserve(RateLimit("slack:T1", 100.0))).wait == 0.0


async def test_a_rest_allows_a_few_at_once_and_no_more(make_limiter: LimiterFactory) -> None:
    one, other = make_limiter(), make_limiter()
    assert [await limiter.try_acquire(GROUP) for limiter in (one, other, one)] == [0.0, 0.0, 0.0]
    for limiter in (one, other):
        assert 0 < await limiter.try_acquire(GROUP) == about(100), "and asking counts nothing"


async def test_a_lane_that_is_too_fast_goes_ever_more_slowly_for_a_while(make_limiter: LimiterFactory) -> None:
    one, other = make_limiter(), make_limiter()
    gaps = []
    for _ in range(5):
        gaps.append((await other.reserve(LONG)).interval)
        await one.throttle(LONG)
    assert gaps == [100.0, 200.0, 400.0, 800.0, 800.0]
    assert (await one.reserve(GROUP)).interval == 100.0


async def test_a_refusal_is_known_to_all_while_it_lasts(make_limiter: LimiterFactory) -> None:
    one, other = make_limiter(), make_limiter()
    short, long = Cooldown("1", NOW, NOW + 5 * SECOND), Cooldown("2", NOW, NOW + 3000 * SECOND)
    for pause in (short, long):
        await one.start_cooldown("telegram:7", pause)
    assert sorted(pause.chat for pause in await other.cooldowns("telegram:7", NOW + 30 * SECOND)) == ["1", "2"]
    assert list(await other.cooldowns("telegram:7", NOW + 61 * SECOND)) == [long]
    assert list(await other.cooldowns("telegram:7", NOW + 3000 * SECOND)) == []
    assert list(await other.cooldowns("telegram:8", NOW)) == []


async def test_a_database_that_does_not_answer_leaves_each_process_its_own_pace(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database, nowhere = Database(postgres_url), Database("postgresql://paperboy:hush@127.0.0.1:1/papers")
    limiter = database.rate_limiter
    assert isinstance(limiter, DatabaseRateLimiter)
    await limiter.reserve(LONG, 2)
    limiter._engine = nowhere._coordination_engine  # type: ignore[assignment]  # broken on purpose
    # Not at once, since others do the same, and then an eighth as fast as all of them together.
    assert await limiter.reserve(LONG) == (0.5, 800)
    assert (await limiter.reserve(LONG)).wait == about(800.5)
    assert await limiter.try_acquire(GROUP) == 0.0
    await limiter.start_cooldown("telegram:7", Cooldown("1", NOW, NOW + SECOND))
    assert len(await limiter.cooldowns("telegram:7", NOW)) == 1
    await limiter.throttle(LONG)
    assert "this process keeps its own" in caplog.text
    assert "hush" not in caplog.text
    await database.close()
    await nowhere.close()


async def test_answers_go_before_digests_of_the_same_process(make_limiter: LimiterFactory) -> None:
    turns, said = PriorityTurnQueue(make_limiter(), RateLimit("telegram:7", 0.002)), list[str]()

    async def say(what: str) -> None:
        await turns.wait_turn(urgent=what == "answer")
        said.append(what)

    waiting = [asyncio.create_task(say("digest")) for _ in range(60)]
    await waiting[0]
    waiting += [asyncio.create_task(say("answer")) for _ in range(2)]
    await asyncio.gather(*waiting)
    answers = [place for place, what in enumerate(said) if what == "answer"]
    assert len(answers) == 2
    assert answers[-1] < 30, "only what was booked ahead goes before"


async def test_who_gives_up_waiting_holds_nobody_up(make_limiter: LimiterFactory) -> None:
    turns = PriorityTurnQueue(make_limiter(), RateLimit("telegram:7", 0.002))
    waiting = [asyncio.create_task(turns.wait_turn()) for _ in range(10)]
    await asyncio.sleep(0)
    for each in waiting[1:9]:
        each.cancel()
    async with asyncio.timeout(120):
        await waiting[9]


async def test_without_a_limit_nobody_waits() -> None:
    class Broken(InMemoryRateLimiter):
        async def reserve(self, limit: RateLimit, turns: int = 1):
            raise RuntimeError("asked")

    await PriorityTurnQueue(Broken(), RateLimit("local", 0.0)).wait_turn()
    with pytest.raises(RuntimeError, match="asked"):
        await PriorityTurnQueue(Broken(), LONG).wait_turn()
