"""What the fake accepts and refuses, asked by the real client library."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    error,
)

from tests.fakes.telegram import FakeTelegram, PrivateChat, TelegramGroup, bad_request
from tests.fakes.telegram.chats import ChatState
from tests.fakes.telegram.client import bot_client
from tests.fakes.telegram.rate_monitor import RateMonitor

NOT_MODIFIED = (
    "Message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_client(telegram) as ready:
        yield ready


@pytest.fixture
def chat(telegram: FakeTelegram) -> PrivateChat:
    return telegram.private(telegram.person("Anna", language="de"))


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(rows)


def data_button(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)


async def test_a_revoked_token_is_unauthorized(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.revoke_token()
    with pytest.raises(error.InvalidToken):
        await bot.get_me()
    telegram.log_out()
    with pytest.raises(error.BadRequest, match="Logged out"):
        await bot.get_me()


async def test_longest_texts_count_code_points_after_parsing(bot: Bot, chat: PrivateChat) -> None:
    await bot.send_message(chat.id, "\N{BAR CHART}" * 4096)
    await bot.send_message(chat.id, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    assert [len(message.text) for message in chat.messages] == [4096, 4096]


async def test_a_message_is_kept_as_sent_and_as_shown(bot: Bot, chat: PrivateChat) -> None:
    preview = LinkPreviewOptions(is_disabled=True)
    buttons = keyboard([data_button("Undo", "undo:1"), InlineKeyboardButton("go", url="example.org")])
    sent = await bot.send_message(
        chat.id,
        'A <b>bold</b> <a href="https://example.org">link</a> &amp; more',
        parse_mode="HTML",
        link_preview_options=preview,
        reply_markup=buttons,
        disable_notification=True,
    )
    message = chat.last
    assert message.raw.startswith("A <b>bold</b>")
    assert message.text == sent.text == "A bold link & more"
    assert message.words("bold") == ["bold"]
    assert message.links == {"link": "https://example.org/"}
    assert message.buttons == [["Undo", "go"]]
    assert message.button("go")["url"] == "http://example.org/"
    assert message.silent
    assert sent.link_preview_options == preview
    assert sent.parse_entities(["bold"]) != {}


async def test_editing_and_deleting(bot: Bot, chat: PrivateChat) -> None:
    sent = await bot.send_message(chat.id, "one", reply_markup=keyboard([data_button("a", "x")]))
    with pytest.raises(error.BadRequest, match=NOT_MODIFIED):
        await sent.edit_text("one", reply_markup=sent.reply_markup)
    await sent.edit_text("two")
    assert (chat.last.text, chat.last.buttons, chat.last.edits) == ("two", [], 1)
    await sent.edit_reply_markup(keyboard([data_button("b", "y")]))
    assert chat.last.buttons == [["b"]]
    await sent.delete()
    assert chat.messages == []
    with pytest.raises(error.BadRequest, match="Message to edit not found"):
        await sent.edit_text("three")


async def test_only_own_messages_can_be_edited_and_documents_have_no_text(
    telegram: FakeTelegram, bot: Bot, chat: PrivateChat
) -> None:
    asked = await chat.say("hello")
    with pytest.raises(error.BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", chat.id, asked.id)
    saved = io.BytesIO(b"@misc{}")
    document = await bot.send_document(
        chat.id, saved, filename="saved.bib", caption="<i>3</i> papers", parse_mode="HTML"
    )
    with pytest.raises(error.BadRequest, match="There is no text in the message to edit"):
        await document.edit_text("x")
    kept = chat.last.document
    assert kept is not None
    assert (kept.name, kept.content, chat.last.text) == ("saved.bib", b"@misc{}", "3 papers")
    assert document.document is not None
    await bot.send_document(chat.id, document.document.file_id)
    assert chat.last.document == kept


async def test_old_messages_cannot_be_deleted() -> None:
    moment = [1_700_000_000.0]
    async with FakeTelegram(now=lambda: moment[0]) as telegram, bot_client(telegram) as bot:
        chat = telegram.private(telegram.person("Anna"))
        sent = await bot.send_message(chat.id, "x")
        moment[0] += 48 * 3600 + 1
        with pytest.raises(error.BadRequest, match="Message can't be deleted for everyone"):
            await sent.delete()


async def test_people_who_cannot_be_written_to(telegram: FakeTelegram, bot: Bot) -> None:
    anna, ben, carla = (telegram.person(name) for name in ("Anna", "Ben", "Carla"))
    chat = telegram.private(anna)
    anna.block()
    with pytest.raises(error.Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(chat.id, "x")
    anna.unblock()
    await bot.send_message(chat.id, "x")
    anna.delete_account()
    with pytest.raises(error.Forbidden, match="Forbidden: user is deactivated"):
        await bot.send_message(chat.id, "x")
    telegram.private(ben, started=False)
    with pytest.raises(error.BadRequest, match="Chat not found"):
        await bot.send_message(ben.id, "x")
    telegram.private(carla, started=False)
    telegram.group("Club", members=[carla])
    with pytest.raises(error.Forbidden, match="Forbidden: bot can't initiate conversation with a user"):
        await bot.send_message(carla.id, "x")
    robot = telegram.person("Robot")
    robot.account.is_bot = True
    telegram.private(robot)
    with pytest.raises(error.Forbidden, match="Forbidden: the bot can't send messages to the bot"):
        await bot.send_message(robot.id, "x")


@pytest.mark.parametrize(
    ("make", "name"),
    [("group", "group"), ("supergroup", "supergroup"), ("channel", "channel")],
)
async def test_chats_that_the_bot_was_thrown_out_of(telegram: FakeTelegram, bot: Bot, make: str, name: str) -> None:
    anna = telegram.person("Anna")
    chat = getattr(telegram, make)("Club", admins=[anna])
    chat.kick_bot()
    with pytest.raises(error.Forbidden, match=f"Forbidden: bot was kicked from the {name} chat"):
        await bot.send_message(chat.id, "x")
    stranger = getattr(telegram, make)("Club", admins=[anna], with_bot=False)
    with pytest.raises(error.Forbidden, match=f"Forbidden: bot is not a member of the {name} chat"):
        await bot.send_message(stranger.id, "x")
    chat.add_bot()
    await bot.send_message(chat.id, "back")
    chat.mute_bot()
    muted = "need administrator rights" if name == "channel" else "not enough rights to send text messages"
    with pytest.raises(error.BadRequest, match=f"(?i){muted}"):
        await bot.send_message(chat.id, "x")
    chat.delete()
    with pytest.raises(error.Forbidden, match="Forbidden: the group chat was deleted"):
        await bot.send_message(chat.id, "x")


async def test_a_migrated_group_names_its_heir(telegram: FakeTelegram, bot: Bot) -> None:
    group = telegram.group("Club", members=[telegram.person("Anna")])
    migrated_group = group.migrate()
    with pytest.raises(error.ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == migrated_group.id
    await bot.send_message(migrated_group.id, "x")
    assert migrated_group.last.text == "x"


@pytest.fixture
def forum(telegram: FakeTelegram) -> TelegramGroup:
    return telegram.supergroup("Lab", members=[telegram.person("Anna")], forum=True)


async def test_topics_are_open_closed_or_gone(bot: Bot, forum: TelegramGroup) -> None:
    papers = forum.topic("Papers")
    sent = await bot.send_message(forum.id, "x", message_thread_id=papers.thread_id)
    assert (sent.is_topic_message, papers.last.text, forum.general.messages) == (True, "x", [])
    await bot.send_message(forum.id, "to all")
    assert forum.general.last.text == "to all"
    papers.close()
    with pytest.raises(error.BadRequest, match=r"(?i)^topic_closed$"):
        await bot.send_message(forum.id, "x", message_thread_id=papers.thread_id)
    papers.reopen()
    papers.delete()
    for thread in (papers.thread_id, 1):
        with pytest.raises(error.BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "x", message_thread_id=thread)


async def test_what_a_bot_may_know_about_chats(telegram: FakeTelegram, bot: Bot, chat: PrivateChat) -> None:
    anna, ben = telegram.person("Anna"), telegram.person("Ben")
    channel = telegram.channel("News", admins=[anna], username="news_daily")
    group = telegram.supergroup("Club", members=[ben], admins=[anna])
    assert (await bot.get_chat("@news_daily")).id == channel.id
    assert (await bot.get_chat(chat.id)).first_name == "Anna"
    assert [admin.user.first_name for admin in await bot.get_chat_administrators(group.id)] == ["Anna"]
    statuses = [(await bot.get_chat_member(group.id, each.id)).status for each in (anna, ben, chat.speaker)]  # type: ignore[union-attr]
    assert statuses == ["creator", "member", "left"]
    group.promote(ben)
    assert (await bot.get_chat_member(group.id, ben.id)).status == "administrator"
    await bot.leave_chat(group.id)
    with pytest.raises(error.Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.get_chat_member(group.id, ben.id)


async def test_the_command_menu_by_scope_and_language(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("today", "the list")])
    await bot.set_my_commands([("heute", "die Liste")], BotCommandScopeAllGroupChats(), language_code="de")
    assert telegram.commands() == {"today": "the list"}
    assert [each.command for each in await bot.get_my_commands(BotCommandScopeAllGroupChats(), "de")] == ["heute"]
    await bot.set_my_description("Papers you follow")
    assert (await bot.get_my_description("fr")).description == "Papers you follow"


async def test_scripted_floods_and_refusals(telegram: FakeTelegram, bot: Bot, chat: PrivateChat) -> None:
    telegram.flood(chat.id, retry_after=7)
    with pytest.raises(error.RetryAfter, match="Retry in 7 seconds"):
        await bot.send_message(chat.id, "x")
    assert telegram.requests[-1].refused == "Too Many Requests: retry after 7"
    await bot.send_message(chat.id, "through")
    telegram.refuse_next("sendMessage", bad_request("CHAT_RESTRICTED"))
    with pytest.raises(error.BadRequest, match=r"(?i)chat_restricted"):
        await bot.send_message(chat.id, "x")
    assert [message.text for message in chat.messages] == ["through"]


class PlayedPace:
    """A pace monitor on a clock of the test's own, with messages that come when the test says."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.monitor = RateMonitor(lambda: self.seconds)
        self._room = ChatState(7, "private")

    def tick(self, at: float) -> None:
        self.seconds = at
        self.monitor.watch.tick()

    def tick_until(self, at: float, *, every: float = 0.01) -> None:
        while self.seconds + every <= at:
            self.tick(self.seconds + every)

    def come(self, n: int) -> None:
        for _ in range(n):
            self.monitor.check(self._room)

    @property
    def counts(self) -> list[int]:
        return [violation.count for violation in self.monitor.violations]


def test_what_waited_while_the_standin_was_held_up_is_not_taken_for_too_much() -> None:
    pace = PlayedPace()
    pace.tick_until(10)
    pace.come(14)
    pace.tick_until(10.5)
    pace.come(14)
    pace.tick(11.6)  # late, and before what waited is taken in
    pace.come(30)
    pace.tick_until(11.7)
    pace.come(12)
    assert pace.counts == []
    pace.come(19)
    assert pace.counts == [31]


def test_a_burst_after_the_standin_was_held_up_is_counted() -> None:
    pace = PlayedPace()
    pace.tick_until(10)
    pace.tick(11.6)
    pace.tick_until(11.7)
    pace.come(31)
    assert pace.counts == [31]


def test_a_standin_that_is_always_held_up_hides_no_burst_for_long() -> None:
    pace = PlayedPace()
    pace.tick(10)
    for _ in range(40):
        pace.tick(pace.seconds + 0.25)
        pace.come(15)
    assert pace.counts


async def test_the_pace_is_counted_and_on_request_enforced() -> None:
    seconds = [0.0]
    async with FakeTelegram(clock=lambda: seconds[0]) as telegram, bot_client(telegram) as bot:
        group = telegram.group("Club", members=[telegram.person("Anna")])
        people = [telegram.private(telegram.person(f"P{i}")) for i in range(31)]
        for chat in people:
            await bot.send_message(chat.id, "x")
        assert [(each.limit.messages, each.count) for each in telegram.rate_monitor.violations] == [(30, 31)]
        telegram.rate_monitor.enforced = True
        seconds[0] = 10
        for _ in range(20):
            await bot.send_message(group.id, "x")
        seconds[0] = 25
        with pytest.raises(error.RetryAfter, match="Retry in 45 seconds"):
            await bot.send_message(group.id, "x")
        seconds[0] = 70
        await bot.send_message(group.id, "x")
        assert len(telegram.rate_monitor.violations) == 2


@pytest.mark.parametrize("accepted", [False, True])
async def test_a_server_in_trouble(telegram: FakeTelegram, bot: Bot, chat: PrivateChat, accepted: bool) -> None:
    telegram.fail_next("sendMessage", 502, accepted=accepted)
    with pytest.raises(error.NetworkError, match="Bad Gateway"):
        await bot.send_message(chat.id, "failed")
    telegram.garbage_next("sendMessage", accepted=accepted)
    with pytest.raises(error.NetworkError):
        await bot.send_message(chat.id, "garbage")
    telegram.drop_next("sendMessage", accepted=accepted)
    with pytest.raises(error.NetworkError) as caught:
        await bot.send_message(chat.id, "dropped")
    assert isinstance(caught.value.__cause__, httpx.RemoteProtocolError)
    telegram.slow_next("sendMessage", 10, accepted=accepted)
    with pytest.raises(error.TimedOut):
        await bot.send_message(chat.id, "late", read_timeout=0.05)
    shown = ["failed", "garbage", "dropped", "late"] if accepted else []
    assert [message.text for message in chat.messages] == shown
    await bot.send_message(chat.id, "well again")
    assert chat.last.text == "well again"


async def test_a_fault_in_one_chat_leaves_the_others_alone(telegram: FakeTelegram, bot: Bot, chat: PrivateChat) -> None:
    other = telegram.private(telegram.person("Ben"))
    telegram.fail_next("sendMessage", chat_id=other.id)
    await bot.send_message(chat.id, "x")
    with pytest.raises(error.NetworkError, match="Internal Server Error: restart"):
        await bot.send_message(other.id, "x")


async def test_a_held_answer_waits_for_the_test(telegram: FakeTelegram, bot: Bot, chat: PrivateChat) -> None:
    hold = telegram.hold_next("sendMessage")
    sending = asyncio.create_task(bot.send_message(chat.id, "x"))
    await hold.arrived()
    assert chat.last.text == "x"
    assert not sending.done()
    hold.release()
    assert (await sending).text == "x"


async def test_offline_means_no_connection_and_the_port_is_kept(
    telegram: FakeTelegram, bot: Bot, chat: PrivateChat
) -> None:
    await telegram.go_offline()
    with pytest.raises(error.NetworkError) as caught:
        await bot.send_message(chat.id, "x")
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    await telegram.come_back()
    await bot.send_message(chat.id, "x")
    assert chat.last.text == "x"


async def test_parameters_may_come_as_json(telegram: FakeTelegram, chat: PrivateChat) -> None:
    body = {"chat_id": chat.id, "text": "<b>x</b>", "parse_mode": "HTML", "disable_notification": True}
    async with httpx.AsyncClient(verify=False) as http:
        response = await http.post(f"{telegram.base_url}{telegram.token}/sendMessage", json=body)
    assert response.json()["result"]["message_id"] == chat.last.id
    assert (chat.last.words("bold"), chat.last.silent) == (["x"], True)


async def test_every_request_is_logged_with_what_became_of_it(
    telegram: FakeTelegram, bot: Bot, chat: PrivateChat
) -> None:
    await bot.send_message(chat.id, "x", api_kwargs={"colour": "red"})
    with pytest.raises(error.BadRequest):
        await bot.send_message(chat.id, "")
    first, second = telegram.calls("sendMessage")
    assert (first.params["chat_id"], first.params["text"]) == (str(chat.id), "x")
    assert (first.status, first.unknown) == (200, ("colour",))
    assert (second.status, second.refused) == (400, "Bad Request: message text is empty")
    assert [request.method for request in telegram.requests] == ["getMe", "sendMessage", "sendMessage"]
