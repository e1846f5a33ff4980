"""What people say and do in each sort of chat, and how Paperboy understands it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.calls import CommandCall, Permission
from bot.chats import ChatKind
from bot.errors import UnavailableReason
from bot.i18n import t
from bot.views import Button, Buttons, TextBlock, View
from tests.adapters.telegram.telegram_platform import echo_call, listening_harness, menu_view
from tests.fakes.ports import FakeClock
from tests.fakes.telegram import FakeTelegram, TelegramGroup, TelegramUser


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna", language="pt-br")


@pytest.fixture
def bert(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Bert")


def _may_change(call: CommandCall) -> bool:
    return call.permission is Permission.CHANGE_CHAT


async def test_private_talk(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Commands with and without an argument, the bot's name on them, over lines, plain words, a photo's caption."""
    chat = telegram.private(anna)
    async with listening_harness(telegram) as desk:
        typed = [
            "/Subscribe  world model ",
            "/topics@paperboybot",
            "/subscribe\nrobotics AND\nsafety",
            "diffusion",
            "/",
        ]
        heard = [(await chat.ask(each)).text for each in typed]
        await chat.send_photo("GUI agents")
        heard.append((await chat.reply()).text)
    assert heard == [
        "subscribe|world model",
        "topics|",
        "subscribe|robotics AND\nsafety",
        "|diffusion",
        "|/",
        "|GUI agents",
    ]
    call = desk.calls[0]
    assert (call.chat.workspace, call.chat.chat, call.chat.thread) == ("123456", str(anna.id), "")
    assert (call.kind, call.person.user, call.person_name, call.language) == (
        ChatKind.PRIVATE,
        str(anna.id),
        "Anna",
        "pt",
    )
    assert _may_change(call)


async def test_an_edited_message_is_not_answered_again(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    async with listening_harness(telegram) as desk:
        said = await chat.say("/subscribe diffusoin")
        await chat.reply()
        await chat.edit(said, "/subscribe diffusion")
        await chat.ask("/topics")
    assert [call.name for call in desk.calls] == ["subscribe", "topics"]


async def test_start_with_a_payload_hands_it_over(telegram: FakeTelegram, anna: TelegramUser) -> None:
    async with listening_harness(telegram):
        answers = [(await telegram.private(anna).ask(f"/start {payload}")).text for payload in ("from_a_blog", "c-!")]
    assert answers == ["start|from_a_blog", "start|c-!"]


async def test_a_link_somebody_made_up_changes_nothing(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Whoever opens a deep link sees only *Start*: it may show a paper, but not erase or follow anything."""
    chat = telegram.private(anna)
    async with listening_harness(telegram) as desk:
        for command in ("forget everything", "subscribe spam", "unsubscribe all", "paper 2608.00001"):
            await chat.ask("/start c-" + urlsafe_b64encode(command.encode()).decode().rstrip("="))
    assert [call.name for call in desk.calls] == ["start", "start", "start", "paper"]


async def test_groups_hear_what_is_meant_for_them(
    telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser
) -> None:
    """Other bots' commands and people's talk are none of our business."""
    telegram.privacy = False
    group = telegram.group("Lab", admins=[anna], members=[bert])
    async with listening_harness(telegram) as desk:
        answer = await group.ask("/today@PaperboyBot", by=bert)
        for each in ("/today@WeatherBot", "/roll 2d6", "Good morning!", "robotics is hard"):
            await group.say(each, by=bert)
        await group.ask("/today", by=bert)
        await group.ask("@paperboybot what about robotics?", by=bert)
        await group.say("and safety?", by=bert, reply_to=answer)
        await group.reply()
        await group.ask("@PaperboyBot", by=bert)
    assert [(call.name, call.argument) for call in desk.calls] == [
        ("today", ""),
        ("today", ""),
        ("", "what about robotics?"),
        ("", "and safety?"),
        ("help", ""),
    ]
    assert {call.kind for call in desk.calls} == {ChatKind.GROUP}
    assert desk.calls[0].chat_title == "Lab"
    assert answer.silent
    assert answer.reply_to is not None


async def test_only_admins_change_a_group(telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser) -> None:
    """Named, anonymous, or by a button; somebody who writes as a channel is a guest. Looking is for everyone."""
    group = telegram.supergroup("Lab", admins=[anna], members=[bert])
    elsewhere = telegram.channel("Bert's channel", admins=[bert])
    async with listening_harness(telegram, lambda call: menu_view("pick diffusion")) as desk:
        await group.ask("/subscribe robotics", by=anna)
        await group.ask("/subscribe robotics", by=bert)
        await group.say("/subscribe robotics", by=anna, anonymous=True)
        await group.reply()
        await group.say("/subscribe robotics", by=bert, as_chat=elsewhere)
        await group.reply()
        await group.press("pick diffusion", by=anna)
        await group.press("pick diffusion", by=bert)
        asked = len(telegram.calls("getChatMember"))
        await group.ask("/when", by=bert)
        await group.ask("/search diffusion", by=bert)
    assert [_may_change(call) for call in desk.calls] == [True, False, True, False, True, False, True, True]
    assert asked == 2
    assert len(telegram.calls("getChatMember")) == asked


async def test_a_right_is_remembered_for_a_minute(
    telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser
) -> None:
    clock = FakeClock(datetime(2026, 8, 18, 9, tzinfo=UTC))
    group = telegram.group("Lab", admins=[anna, bert])
    async with listening_harness(telegram, clock=clock) as desk:
        await group.ask("/subscribe a", by=bert)
        group.demote(bert)
        clock.move_to(clock.now() + timedelta(seconds=59))
        await group.ask("/subscribe b", by=bert)
        clock.move_to(clock.now() + timedelta(seconds=2))
        await group.ask("/subscribe c", by=bert)
    assert [_may_change(call) for call in desk.calls] == [True, True, False]


async def test_nobody_is_an_admin_while_telegram_does_not_say(
    telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser
) -> None:
    group = telegram.group("Lab", admins=[anna])
    telegram.fail_next("getChatMember")
    async with listening_harness(telegram) as desk:
        await group.ask("/subscribe a", by=anna)
        await group.ask("/subscribe a", by=anna)
    assert [_may_change(call) for call in desk.calls] == [False, True]


async def test_channels(telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser) -> None:
    """Who posts is an admin; who presses a button may be any reader."""
    channel = telegram.channel("AI papers", admins=[anna], members=[bert])
    async with listening_harness(telegram, lambda call: menu_view("subscribe robotics")) as desk:
        await channel.ask("/subscribe diffusion")
        await channel.say("A post for our readers, about /diffusion")
        await channel.press("subscribe robotics", by=bert)
        await channel.press("subscribe robotics", by=anna)
    assert [(call.kind, _may_change(call)) for call in desk.calls] == [
        (ChatKind.CHANNEL, True),
        (ChatKind.CHANNEL, False),
        (ChatKind.CHANNEL, True),
    ]


async def test_forum_topics_are_chats_of_their_own(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """General has no thread; answers and presses stay in their topic."""
    forum = telegram.supergroup("Forum", admins=[anna], forum=True)
    papers, general = forum.topic("Papers"), forum.general
    async with listening_harness(telegram, lambda call: menu_view("today")) as desk:
        answer = await papers.ask("/topics", by=anna)
        await papers.press("today", by=anna)
        assert (await papers.reply()).in_topic
        await general.ask("/topics", by=anna)
    assert answer.thread_id == papers.thread_id
    assert [call.chat.thread for call in desk.calls] == [str(papers.thread_id)] * 2 + [""]


async def test_a_reply_thread_of_a_plain_supergroup_is_no_topic(telegram: FakeTelegram, anna: TelegramUser) -> None:
    group = telegram.supergroup("Lab", admins=[anna])
    async with listening_harness(telegram) as desk:
        first = await group.ask("/topics", by=anna)
        said = await group.say("/today", by=anna, reply_to=first)
        assert said.thread_id
        await group.reply()
    assert desk.calls[1].chat.thread == ""


async def test_a_bot_that_is_added_introduces_itself_once(telegram: FakeTelegram, anna: TelegramUser) -> None:
    group = telegram.group("Lab", admins=[anna], with_bot=False)
    async with listening_harness(telegram) as desk:
        group.add_bot(by=anna)
        assert (await group.reply()).text == "start|"
        group.promote_bot(by=anna)
        await desk.wait_until_idle()
    assert len(group.messages) == 1
    assert desk.chat_events.available == [f"telegram:{group.id}"]


async def test_channels_get_no_introduction(telegram: FakeTelegram, anna: TelegramUser) -> None:
    channel = telegram.channel("AI papers", admins=[anna], with_bot=False)
    async with listening_harness(telegram) as desk:
        channel.add_bot(by=anna)
        await desk.wait_until_idle()
    assert channel.messages == []
    assert desk.chat_events.available == [f"telegram:{channel.id}"]


async def test_chats_that_come_and_go(telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser) -> None:
    group, channel = telegram.supergroup("Lab", admins=[anna]), telegram.channel("Papers", admins=[anna])
    telegram.private(bert)
    async with listening_harness(telegram) as desk:
        bert.block()
        bert.unblock()
        group.mute_bot(by=anna)
        group.unmute_bot(by=anna)
        group.kick_bot(by=anna)
        channel.mute_bot(by=anna)
        await desk.wait_until_idle()
    assert desk.chat_events.unavailable == [
        (f"telegram:{bert.id}", UnavailableReason.BLOCKED),
        (f"telegram:{group.id}", UnavailableReason.NO_RIGHT_TO_POST),
        (f"telegram:{group.id}", UnavailableReason.KICKED),
        (f"telegram:{channel.id}", UnavailableReason.NO_RIGHT_TO_POST),
    ]
    assert sorted(desk.chat_events.available) == sorted([f"telegram:{bert.id}", f"telegram:{group.id}"])


async def test_a_group_that_becomes_a_supergroup(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Both its messages say the same; nobody is greeted a second time."""
    group = telegram.group("Lab", admins=[anna])
    async with listening_harness(telegram) as desk:
        migrated_group = group.migrate()
        migrated_group.bot_member.status = "left"
        migrated_group.add_bot(by=anna)
        await desk.wait_until_idle()
        await migrated_group.ask("/topics", by=anna)
    assert set(desk.chat_events.migrated) == {(str(group.id), str(migrated_group.id))}
    assert len(migrated_group.messages) == 1


async def test_an_answer_follows_a_group_that_just_moved(telegram: FakeTelegram, anna: TelegramUser) -> None:
    group = telegram.group("Lab", admins=[anna])
    moved: list[TelegramGroup] = []

    def migrate_first(call: CommandCall) -> View:
        if not moved:
            moved.append(group.migrate())
        return echo_call(call)

    async with listening_harness(telegram, migrate_first) as desk:
        await group.say("/topics", by=anna)
        await desk.wait_until_idle()
    assert [message.text for message in moved[0].messages] == ["topics|"]
    assert (str(group.id), str(moved[0].id)) in desk.chat_events.migrated


async def test_an_answer_that_finds_its_chat_gone_says_so(telegram: FakeTelegram, anna: TelegramUser) -> None:
    group = telegram.group("Lab", admins=[anna])

    def throw_out(call: CommandCall) -> View:
        group.room.members[telegram.bot.id].status = "kicked"
        return echo_call(call)

    async with listening_harness(telegram, throw_out) as desk:
        await group.say("/topics", by=anna)
        await desk.wait_until_idle()
    assert desk.chat_events.unavailable == [(f"telegram:{group.id}", UnavailableReason.KICKED)]


async def test_a_channels_post_is_heard_once_though_its_group_repeats_it(
    telegram: FakeTelegram, anna: TelegramUser
) -> None:
    """Telegram forwards every post of a channel to its discussion group, in the channel's name."""
    channel = telegram.channel("AI papers", admins=[anna])
    group = telegram.supergroup("AI papers, talk", admins=[anna])
    async with listening_harness(telegram) as desk:
        await channel.ask("/topics")
        forwarded = {"is_automatic_forward": True}
        copy = telegram.post(group.room, telegram.plain("/topics"), sender_chat=channel.room, service=forwarded)
        telegram.deliver(copy)
        await desk.wait_until_idle()
    assert len(desk.calls) == 1
    assert group.messages == []


async def test_names_and_titles_never_carry_what_no_storage_takes(telegram: FakeTelegram, anna: TelegramUser) -> None:
    async with listening_harness(telegram) as desk:
        await telegram.private(anna).ask("/subscribe dif\x00fusion")
    assert desk.calls[0].argument == "diffusion"


async def test_a_mistake_of_ours_leaves_the_others_alone(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_once(call: CommandCall) -> View:
        if call.name == "topics":
            raise ZeroDivisionError
        return View((TextBlock(t("fine")), Buttons(((Button(t("Again"), "topics"),),))))

    chat = telegram.private(anna)
    async with listening_harness(telegram, fail_once) as desk:
        await chat.say("/topics")
        await chat.ask("/today")
        pressed = await chat.press("Again")
        await desk.wait_until_idle()
    assert pressed.text == "Something went wrong here. Please try once more."
    assert "could not be answered" in caplog.text
    assert telegram.token not in caplog.text
