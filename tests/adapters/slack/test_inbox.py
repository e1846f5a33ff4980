"""What Slack tells is stored, acknowledged in time and worked on once, in order, over crashes and a slow database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.calls import CommandCall
from bot.i18n import say
from bot.views import Mistake, Question, View
from tests.adapters.slack.slack_platform import MemoryRecords, at_work, at_work_by_http, desk, echo, menu_of, until
from tests.fakes.slack import Channel, Person, Workspace

LONG = "subscribe " + " OR ".join(f'"subject number {n}"' for n in range(120))


@pytest.fixture
def anna(team: Workspace) -> Person:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: Workspace) -> Person:
    return team.person("Ben")


@pytest.fixture
def channel(team: Workspace, anna: Person, ben: Person) -> Channel:
    return team.channel("gen-video", members=[anna, ben], bot=True)


async def test_an_event_that_comes_again_does_nothing_twice(team: Workspace, anna: Person) -> None:
    async with at_work_by_http(team) as desk:
        await anna.dm("diffusion")
        await desk.settled()
        (first, *_) = team.slack.deliveries.of("message")
        again = await first.again(retry_num=1, retry_reason="http_timeout")
        await desk.settled()
        assert again.acked
    assert [message.shown for message in anna.dms] == ["diffusion", "|diffusion"]


class SlowRecords(MemoryRecords):
    """A database that is busy, or can't be written to at all."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.broken = broken

    async def first_time(self, event_id: str, body: str) -> bool:
        if self.broken:
            raise OSError("no space left on device")
        await self.free.wait()
        return await super().first_time(event_id, body)


@pytest.mark.parametrize("working", [at_work, at_work_by_http])
async def test_what_slack_tells_once_is_acknowledged_in_time_while_the_database_is_slow(
    working: Callable, team: Workspace, anna: Person, channel: Channel
) -> None:
    """Slack gives three seconds, then it shows an error and tells it to nobody again."""
    records = SlowRecords()
    async with working(team, lambda call: menu_of("today"), records=records) as desk:
        assert (await anna.command(channel, "/papers today")).acked
        assert desk.calls == []
        records.free.set()
        shown = await anna.sees("Choose")
        records.free.clear()
        assert (await anna.press(shown, "today")).acked
        records.free.set()
        await until(lambda: len(desk.calls) == 2)


async def test_what_can_not_be_stored_is_answered_all_the_same(team: Workspace, anna: Person, channel: Channel) -> None:
    async with at_work(team, records=SlowRecords(broken=True)):
        assert (await anna.command(channel, "/papers today")).acked
        await anna.sees("today")


async def test_an_event_that_can_not_be_stored_is_told_again_by_slack(team: Workspace, anna: Person) -> None:
    records = SlowRecords(broken=True)
    async with at_work_by_http(team, records=records) as desk:
        await anna.dm("today")
        await desk.slack.idle()
        (told,) = desk.slack.deliveries.of("message")
        assert (told.acked, told.status, desk.calls) == (False, 500, [])
        records.broken = False
        records.free.set()
        assert (await told.again()).acked
        await anna.sees("today")
    desk.slack.complaints.clear()


async def test_what_a_crash_left_undone_is_answered_at_the_next_start(team: Workspace, anna: Person) -> None:
    records = MemoryRecords()
    waiting = asyncio.Event()

    async def never(call: CommandCall) -> View:
        waiting.set()
        return await asyncio.Future()

    async with desk(team, records=records) as first:
        task = asyncio.create_task(first.platform.listen(never))
        await team.slack.connected()
        await anna.dm("clustering")
        await waiting.wait()
        for work in first.platform._receiving._tasks:
            work.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(records.stored) == 1
    assert records.finished == []
    async with at_work(team, records=records) as second:
        await anna.sees("|clustering")
        await second.settled()
    assert len(anna.dms) == 2


async def test_what_one_conversation_asks_is_answered_in_its_order(team: Workspace, anna: Person) -> None:
    async with at_work(team) as desk:
        slow = asyncio.Event()
        answer = desk.answer

        async def first_slowly(call: CommandCall) -> View:
            if call.argument == "one":
                await slow.wait()
            return await answer(call)

        desk.platform._receiving._answer = first_slowly
        for word in ("one", "two"):
            await anna.dm(word)
        slow.set()
        await desk.settled()
    assert [message.shown for message in anna.dms] == ["one", "two", "|one", "|two"]


async def test_an_answer_that_breaks_stops_nothing(
    team: Workspace, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    def script(call: CommandCall) -> View:
        if call.argument == "secret words":
            raise RuntimeError(call.argument)
        return echo(call)

    async with at_work(team, script) as desk:
        await anna.dm("secret words")
        await anna.dm("more")
        await anna.sees("|more")
        await desk.settled()
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


async def test_before_it_listens_slack_is_asked_to_come_again(team: Workspace, anna: Person) -> None:
    async with at_work_by_http(team) as desk:
        desk.platform._receiving._answer = None
        assert not (await anna.command(None, "/papers today")).acked
    await until(lambda: desk.calls == [])


async def test_a_mistake_is_shown_at_its_field_while_the_database_is_slow(team: Workspace, anna: Person) -> None:
    """What is left to be written down then keeps nobody waiting."""

    class NeverDone(MemoryRecords):
        async def done(self, event_id: str) -> None:
            await asyncio.Future()

    def script(call: CommandCall) -> View:
        if not call.argument:
            return View((Question(say("What do you want to follow?"), "search"),))
        return View((Mistake(say("There is a bracket too many."), "(", (0, 1)),), private=True)

    async with at_work(team, script, records=NeverDone()):
        await anna.command(None, "/papers search")
        await team.slack.until(lambda: anna.modals, "the form")
        form = anna.modal
        await anna.submit(form, {"What do you want to follow?": "("})
        assert "There is a bracket too many." in form.shown
