"""What people say and press in Slack, over Socket Mode and over HTTP, and what they get to see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest

from bot.calls import PLAIN_WORDS, CommandCall
from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform
from bot.errors import GoneReason
from bot.sentences import say
from bot.views import Button, Buttons, Mistake, Question, View
from tests.adapters.slack_at_work import MemoryRecords, at_work, at_work_by_http, desk, echo, menu_of, served, until
from tests.standins.slack import Channel, Message, Person, SlackStandIn, Workspace, refused

LONG = "subscribe " + " OR ".join(f'"subject number {n}"' for n in range(120))


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as slack:
        yield slack


@pytest.fixture
def team(slack: SlackStandIn) -> Workspace:
    return slack.workspace("T1")


@pytest.fixture
def anna(team: Workspace) -> Person:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: Workspace) -> Person:
    return team.person("Ben")


@pytest.fixture
def channel(team: Workspace, anna: Person, ben: Person) -> Channel:
    return team.channel("gen-video", members=[anna, ben], bot=True)


@pytest.mark.parametrize("working", [at_work, at_work_by_http])
async def test_a_command_in_a_channel_is_answered_to_its_author_alone(
    working: Callable, team: Workspace, anna: Person, ben: Person, channel: Channel
) -> None:
    async with working(team) as desk:
        delivery = await anna.command(channel, "/papers subscribe  upvotes>=20 & more")
        await anna.sees("subscribe|upvotes>=20 & more")
        assert delivery.acked
        assert delivery.took < 3
    assert channel.messages == []
    assert ben.can_see("subscribe") is None
    (call,) = desk.calls
    assert call == CommandCall(
        name="subscribe",
        argument="upvotes>=20 & more",
        chat=ChatAddress(Platform.SLACK, "T1", channel.id),
        kind=ChatKind.CHANNEL,
        person=PersonAddress(Platform.SLACK, "T1", anna.id),
        person_name="Anna",
        chat_title="gen-video",
        zone_hint="Europe/Berlin",
    )
    assert team.slack.complaints == []


async def test_a_mention_is_answered_in_its_thread(team: Workspace, anna: Person, channel: Channel) -> None:
    async with at_work(team) as desk:
        question = await anna.say(channel, "@paperboy see https://arxiv.org/abs/2608.17271 <please>")
        await anna.sees("see https://arxiv.org/abs/2608.17271 <please>")
        await desk.settled()
    assert channel.messages == [question]
    assert len(question.replies) == 1
    assert (desk.calls[0].name, desk.calls[0].kind) == (PLAIN_WORDS, ChatKind.CHANNEL)


async def test_a_private_answer_to_a_mention_is_seen_by_its_author_alone(
    team: Workspace, anna: Person, ben: Person, channel: Channel
) -> None:
    async with at_work(team, lambda call: replace(echo(call), private=True)):
        question = await anna.say(channel, "@paperboy topics")
        await anna.sees("|topics")
    assert ben.can_see("|topics") is None
    assert [message.thread_ts for message in anna.ephemeral(channel)] == [question.ts]


async def test_a_direct_message_needs_no_slash(team: Workspace, anna: Person) -> None:
    async with at_work(team) as desk:
        for said in ("world model", "/papers today", "/today"):
            await anna.dm(said)
        await desk.settled()
        assert [message.shown for message in anna.dm_channel.posts] == ["|world model", "|today", "|today"]
    assert desk.calls[0].chat == ChatAddress(Platform.SLACK, "T1", anna.id)
    assert desk.calls[0].dm_channel == anna.dm_channel.id
    assert desk.calls[0].kind is ChatKind.PRIVATE


async def test_a_command_typed_to_the_bot_itself_is_answered_by_a_message(team: Workspace, anna: Person) -> None:
    async with at_work(team) as desk:
        await anna.command(None, "/papers")
        await anna.sees("start|")
    assert [message.ephemeral_for for message in anna.dms] == [None]
    assert desk.calls[0].dm_channel == anna.dm_channel.id


async def test_where_the_bot_is_no_member_a_subscription_is_the_persons_own(team: Workspace, anna: Person) -> None:
    elsewhere = team.channel("elsewhere", members=[anna])
    async with at_work(team) as desk:
        await anna.command(elsewhere, "/papers subscribe diffusion")
        await anna.sees("/invite @paperboy")
        await anna.command(elsewhere, "/papers today")
        await desk.settled()
        assert anna.ephemeral(elsewhere)[-1].shown == "today|"
        await anna.invite(elsewhere)
        await desk.settled()
        await anna.command(elsewhere, "/papers subscribe diffusion")
        await desk.settled()
    chats = [call.chat.chat for call in desk.calls]
    assert chats == [anna.id, anna.id, elsewhere.id, elsewhere.id]
    assert desk.calls[0].kind is ChatKind.PRIVATE
    assert desk.calls[0].dm_channel == ""


async def test_in_colleagues_own_conversation_too(team: Workspace, anna: Person, ben: Person) -> None:
    """A direct conversation that is not the bot's looks like its own by the id alone."""
    theirs = team.channel("anna-and-ben", members=[anna, ben], private=True)
    team.channels.pop(theirs.id)
    theirs.id = "D9ANNABEN"
    team.channels[theirs.id] = theirs
    async with at_work(team) as desk:
        await anna.command(theirs, "/papers subscribe diffusion")
        await anna.sees("this counts for you alone")
        await desk.settled()
    assert desk.calls[0].chat.chat == anna.id
    assert desk.calls[0].dm_channel == ""
    assert ben.can_see("counts for you") is None


async def test_a_press_in_the_own_conversation_changes_the_message(team: Workspace, anna: Person) -> None:
    def script(call: CommandCall) -> View:
        return replace(echo(call), in_place=True) if call.pressed else menu_of("page 2 search upvotes>=5", LONG)

    async with at_work(team, script) as desk:
        await anna.dm("hello")
        menu = await anna.sees("Choose")
        assert isinstance(menu, Message)
        await anna.press(menu, "page 2 search upvotes>=5")
        await anna.sees("page|2 search upvotes>=5")
        await desk.settled()
    assert [message.edits for message in anna.dms] == [0, 1]
    assert desk.calls[1].pressed is not None
    assert desk.calls[1].pressed.message == f"{anna.dm_channel.id} {menu.ts}"


async def test_a_command_too_long_for_a_button_is_kept_for_it(team: Workspace, anna: Person) -> None:
    async with at_work(team, lambda call: echo(call) if call.pressed else menu_of(LONG, "today")) as desk:
        await anna.dm("hello")
        menu = await anna.sees("Choose")
        await anna.press(menu, LONG[:30])
        await desk.settled()
        assert f"{desk.calls[1].name} {desk.calls[1].argument}" == LONG
        desk.records.shelf.clear()
        await anna.press(menu, LONG[:30])
        await anna.sees("too old for me")


async def test_a_press_on_a_post_of_the_channel_leaves_it_as_it_is(
    team: Workspace, anna: Person, ben: Person, channel: Channel
) -> None:
    def script(call: CommandCall) -> View:
        return replace(echo(call), in_place=True) if call.pressed else menu_of("page 2 today")

    async with at_work(team, script) as desk:
        question = await anna.say(channel, "@paperboy today")
        await anna.sees("Choose")
        await ben.press(question.replies[0], "page 2 today")
        await ben.sees("page|2 today")
        await desk.settled()
    assert anna.can_see("page|2 today") is None
    assert [message.edits for message in question.replies] == [0]
    assert ben.ephemeral(channel)[0].thread_ts == question.ts


async def test_a_private_answer_is_replaced_where_it_stands(team: Workspace, anna: Person, channel: Channel) -> None:
    def script(call: CommandCall) -> View:
        return replace(echo(call), in_place=True) if call.pressed else menu_of("resume")

    async with at_work(team, script):
        await anna.command(channel, "/papers pause")
        await anna.press(await anna.sees("Choose"), "resume")
        await anna.sees("resume|")
    assert [message.shown for message in anna.ephemeral(channel)] == ["resume|"]


async def test_a_toast_is_a_whisper_that_leaves_the_post_alone(
    team: Workspace, anna: Person, ben: Person, channel: Channel
) -> None:
    def script(call: CommandCall) -> View:
        return View((), toast=say("Saved")) if call.pressed else menu_of("save 2608.00001")

    async with at_work(team, script):
        await anna.dm("hello")
        await anna.press(await anna.sees("Choose"), "save 2608.00001")
        await anna.sees("Saved")
    assert anna.ephemeral(anna.dm_channel)[0].shown == "Saved"
    assert len(anna.dms) == 2


async def test_a_missing_argument_is_asked_for_in_a_form(team: Workspace, anna: Person, channel: Channel) -> None:
    def script(call: CommandCall) -> View:
        if call.argument in ("", "subscribe"):
            question = Question(say("What do you want to follow?"), "subscribe", say("for example: diffusion"))
            return View((question, Buttons(((Button(say("diffusion"), "subscribe diffusion"),),))))
        if call.argument == "(":
            return View((Mistake(say("There is a bracket too many."), "(", (0, 1)),), private=True)
        return echo(call)

    async with at_work(team, script) as desk:
        await anna.command(channel, "/papers subscribe")
        await team.slack.until(lambda: anna.modals, "the form")
        form = anna.modal
        await anna.submit(form, {"What do you want to follow?": "("})
        assert "There is a bracket too many." in form.shown
        await anna.submit(form, {"What do you want to follow?": "world model"})
        assert anna.modals == []
        await anna.sees("subscribe|world model")
        await desk.settled()
        assert len(anna.ephemeral(channel)) == 1
        await anna.dm("subscribe")
        await anna.sees("[diffusion]")
    assert [call.chat.chat for call in desk.calls[:3]] == [channel.id] * 3
    assert team.slack.complaints == []


async def test_a_form_that_comes_too_late_is_a_message(team: Workspace, anna: Person, channel: Channel) -> None:
    team.slack.fail("views.open", refused("expired_trigger_id"))
    async with at_work(team, lambda call: View((Question(say("Which paper?"), "paper"),))):
        await anna.command(channel, "/papers paper")
        await anna.sees("Which paper?")
    assert anna.modals == []


async def test_whoever_invites_the_bot_is_greeted_alone(team: Workspace, anna: Person, ben: Person) -> None:
    elsewhere = team.channel("elsewhere", members=[anna, ben])
    async with at_work(team) as desk:
        await anna.invite(elsewhere)
        await anna.sees("start|")
        await anna.invite(elsewhere, ben)
        await desk.settled()
    assert ben.can_see("start|") is None
    assert elsewhere.messages == []
    assert desk.news.returned == ["slack:T1/", f"slack:T1/{elsewhere.id}"]
    assert len(desk.calls) == 1


async def test_endings_and_returns_are_told(team: Workspace, anna: Person, channel: Channel) -> None:
    async with at_work(team) as desk:
        await channel.archive()
        await channel.unarchive()
        await anna.kick(channel)
        await desk.settled()
        await team.uninstall()
        await desk.settled()
    here = f"slack:T1/{channel.id}"
    assert desk.news.returned == ["slack:T1/", here]
    assert desk.news.lost == [
        (here, GoneReason.ARCHIVED),
        (here, GoneReason.KICKED),
        (here, GoneReason.KICKED),
        ("slack:T1/", GoneReason.UNINSTALLED),
        ("slack:T1/", GoneReason.UNINSTALLED),
    ]


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


async def test_a_message_that_was_changed_is_not_asked_again(team: Workspace, anna: Person, channel: Channel) -> None:
    async with at_work(team) as desk:
        message = await anna.dm("diffusion")
        edited = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": anna.dm_channel.id,
            "channel_type": "im",
            "message": message.as_json(),
        }
        await team.slack.happenings.tell(team, edited, name="message.im")
        await desk.settled()
    assert len(desk.calls) == 1


async def test_nothing_unknown_is_held_against_us(team: Workspace) -> None:
    """Slack switches off an app that leaves events unanswered."""
    team.slack.subscriptions.add("emoji_changed")
    async with at_work_by_http(team):
        told = await team.slack.happenings.tell(team, {"type": "emoji_changed"})
        assert told is not None
        assert told.acked


async def test_signatures_that_are_wrong_or_old_are_refused(team: Workspace, anna: Person) -> None:
    async with at_work_by_http(team) as desk:
        await anna.dm("diffusion")
        await desk.settled()
        (right, *_) = team.slack.deliveries.of("message")
        forged = await right.again(secret="another-secret")
        old = await right.again(age=600)
        assert await team.slack.deliveries.verify_url()
    assert [delivery.status for delivery in (right, forged, old)] == [200, 401, 401]
    assert len(desk.calls) == 1


UNSIGNED: list[tuple[bytes, dict[str, str]]] = [
    (b"{", {}),
    (b"[1]", {}),
    (b"[" * 100_000, {}),
    (b'{"team": 5}', {}),
    (b'{"authorizations": 5}', {}),
    (b"payload=%7B", {}),
    (b"payload=" + b"[" * 100_000, {}),
    (b'payload={"response_urls": 5}', {}),
    (b"ssl_check=1&command=/papers&trigger_id=1", {}),
    (b"\xff", {}),
    (b"{}", {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"}),
    (b"{}", {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=\u00e9"}),
]


@pytest.mark.parametrize(("body", "headers"), UNSIGNED)
async def test_what_is_not_signed_is_not_even_read(
    team: Workspace, caplog: pytest.LogCaptureFixture, body: bytes, headers: dict[str, str]
) -> None:
    """Anybody can post here, whatever they like."""
    async with at_work_by_http(team) as desk, httpx.AsyncClient() as client:
        url = str(team.slack.deliveries.url)
        content = {"Content-Type": "application/json"} if body[:1] in b"{[" else {}
        sent = [(name.encode(), value.encode("latin-1")) for name, value in (content | headers).items()]
        answer = await client.post(url, content=body, headers=sent)
    assert (answer.status_code, desk.calls) == (401, [])
    assert "Traceback" not in caplog.text


async def test_a_body_without_an_end_is_not_read(team: Workspace) -> None:
    """Anybody can post here, and the signature stands for the whole body."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"x" * 1000

    async with (
        desk(team, app_token="", signing_secret="secret") as made,
        served(made.platform) as address,
        made.listening(),
        httpx.AsyncClient() as client,
    ):
        await until(lambda: made.news.returned)
        answer = await client.post(f"{address}/slack/events", content=endless())
    assert answer.status_code == 413


async def test_before_it_listens_slack_is_asked_to_come_again(team: Workspace, anna: Person) -> None:
    async with at_work_by_http(team) as desk:
        desk.platform._receiving._answer = None
        assert not (await anna.command(None, "/papers today")).acked
    await until(lambda: desk.calls == [])
