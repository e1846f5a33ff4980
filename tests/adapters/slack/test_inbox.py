"""What Slack tells is stored, acknowledged in time and worked on once, in order, over crashes and a slow database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from adapters.slack.transport.receiver import FORM_SECONDS, STORE_SECONDS
from bot.calls import CommandCall
from bot.i18n import t
from bot.views import InputErrorBlock, Prompt, View
from tests.adapters.slack.slack_platform import (
    echo_call,
    harness_by_http,
    harness_by_socket,
    make_harness,
    menu_view,
    wait_until,
)
from tests.fakes.ports import InMemoryPlatformState
from tests.fakes.slack import SlackChannel, SlackUser, SlackWorkspace

LONG = "subscribe " + " OR ".join(f'"subject number {n}"' for n in range(120))


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: SlackWorkspace) -> SlackUser:
    return team.person("Ben")


@pytest.fixture
def channel(team: SlackWorkspace, anna: SlackUser, ben: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna, ben], bot=True)


async def test_an_event_that_comes_again_does_nothing_twice(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_http(team) as desk:
        await anna.dm("diffusion")
        await desk.wait_until_idle()
        (first, *_) = team.slack.deliveries.of("message")
        again = await first.again(retry_num=1, retry_reason="http_timeout")
        await desk.wait_until_idle()
        assert again.acked
    assert [message.shown for message in anna.dms] == ["diffusion", "|diffusion"]


@pytest.mark.parametrize("working", [harness_by_socket, harness_by_http])
async def test_slack_is_acknowledged_before_anything_is_answered(
    working: Callable, team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    """Whatever an answer takes, the three seconds that Slack gives hold: here it comes after all acknowledgements."""
    async with working(team, lambda call: menu_view("today")) as desk:
        await anna.command(channel, "/papers topics")
        shown = await anna.sees("Choose")
        desk.may_answer.clear()
        assert (await anna.command(channel, "/papers today")).acked
        assert (await anna.press(shown, "today")).acked
        await anna.dm("today")
        await team.slack.idle()
        (told,) = team.slack.deliveries.of("message")
        assert told.acked
        desk.may_answer.set()
        await wait_until(lambda: len(desk.calls) == 4)


def test_what_is_waited_for_before_an_acknowledgement_leaves_time_for_its_way() -> None:
    """Of three seconds: the database, then what is wrong with a form, and a fifth is left for the network."""
    assert STORE_SECONDS + FORM_SECONDS <= 0.8 * 3


class SlowPlatformState(InMemoryPlatformState):
    """A database that is busy, or can't be written to at all."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.broken = broken

    async def record_if_new(self, event_id: str, body: str) -> bool:
        if self.broken:
            raise OSError("no space left on device")
        await self.free.wait()
        return await super().record_if_new(event_id, body)


@pytest.mark.parametrize("working", [harness_by_socket, harness_by_http])
async def test_what_slack_tells_once_is_acknowledged_in_time_while_the_database_is_slow(
    working: Callable, team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    """Slack gives three seconds, then it shows an error and tells it to nobody again."""
    state = SlowPlatformState()
    async with working(team, lambda call: menu_view("today"), state=state) as desk:
        assert (await anna.command(channel, "/papers today")).acked
        assert desk.calls == []
        state.free.set()
        shown = await anna.sees("Choose")
        state.free.clear()
        assert (await anna.press(shown, "today")).acked
        state.free.set()
        await wait_until(lambda: len(desk.calls) == 2)


async def test_what_can_not_be_stored_is_answered_all_the_same(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    async with harness_by_socket(team, state=SlowPlatformState(broken=True)):
        assert (await anna.command(channel, "/papers today")).acked
        await anna.sees("today")


async def test_an_event_that_can_not_be_stored_is_told_again_by_slack(team: SlackWorkspace, anna: SlackUser) -> None:
    state = SlowPlatformState(broken=True)
    async with harness_by_http(team, state=state) as desk:
        await anna.dm("today")
        await desk.slack.idle()
        (told,) = desk.slack.deliveries.of("message")
        assert (told.acked, told.status, desk.calls) == (False, 500, [])
        state.broken = False
        state.free.set()
        assert (await told.again()).acked
        await anna.sees("today")
    desk.slack.complaints.clear()


async def test_what_a_crash_left_undone_is_answered_at_the_next_start(team: SlackWorkspace, anna: SlackUser) -> None:
    state = InMemoryPlatformState()
    waiting = asyncio.Event()

    async def never(call: CommandCall) -> View:
        waiting.set()
        return await asyncio.Future()

    async with make_harness(team, state=state) as first:
        task = asyncio.create_task(first.platform.listen(never))
        await team.slack.connected()
        await anna.dm("clustering")
        await waiting.wait()
        for work in first.platform._receiver._tasks:
            work.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(state.stored) == 1
    assert state.processed == []
    async with harness_by_socket(team, state=state) as second:
        await anna.sees("|clustering")
        await second.wait_until_idle()
    assert len(anna.dms) == 2


async def test_what_one_conversation_asks_is_answered_in_its_order(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_socket(team) as desk:
        slow = asyncio.Event()
        answer = desk.answer

        async def first_slowly(call: CommandCall) -> View:
            if call.argument == "one":
                await slow.wait()
            return await answer(call)

        desk.platform._receiver._answer = first_slowly
        for word in ("one", "two"):
            await anna.dm(word)
        slow.set()
        await desk.wait_until_idle()
    assert [message.shown for message in anna.dms] == ["one", "two", "|one", "|two"]


async def test_an_answer_that_breaks_stops_nothing(
    team: SlackWorkspace, anna: SlackUser, caplog: pytest.LogCaptureFixture
) -> None:
    def script(call: CommandCall) -> View:
        if call.argument == "secret words":
            raise RuntimeError(call.argument)
        return echo_call(call)

    async with harness_by_socket(team, script) as desk:
        await anna.dm("secret words")
        await anna.dm("more")
        await anna.sees("|more")
        await desk.wait_until_idle()
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


async def test_before_it_listens_slack_is_asked_to_come_again(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_http(team) as desk:
        desk.platform._receiver._answer = None
        assert not (await anna.command(None, "/papers today")).acked
    await wait_until(lambda: desk.calls == [])


async def test_a_mistake_is_shown_at_its_field_while_the_database_is_slow(
    team: SlackWorkspace, anna: SlackUser
) -> None:
    """What is left to be written down then keeps nobody waiting."""

    class NeverDone(InMemoryPlatformState):
        async def mark_processed(self, event_id: str) -> None:
            await asyncio.Future()

    def script(call: CommandCall) -> View:
        if not call.argument:
            return View((Prompt(t("What do you want to follow?"), "search"),))
        return View((InputErrorBlock(t("There is a bracket too many."), "(", (0, 1)),), private=True)

    async with harness_by_socket(team, script, state=NeverDone()):
        await anna.command(None, "/papers search")
        await team.slack.until(lambda: anna.modals, "the form")
        form = anna.modal
        await anna.submit(form, {"What do you want to follow?": "("})
        assert "There is a bracket too many." in form.shown
