"""Ephemeral messages of the fake, through the real library: who sees them, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters, Update, error
from telegram import Message as Sent

from tests.fakes.telegram import FakeTelegram, TelegramConversation, TelegramGroup, TelegramUser
from tests.fakes.telegram.client import bot_client

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_client(telegram) as made:
        yield made


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


@pytest.fixture
def bert(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Bert")


@pytest.fixture
def group(telegram: FakeTelegram, anna: TelegramUser, bert: TelegramUser) -> TelegramGroup:
    return telegram.supergroup("Lab", members=[anna, bert])


async def send_ephemeral(bot: Bot, group: TelegramConversation, to: int, **more: Any) -> Sent:
    rest = {name: more.pop(name) for name in ("reply_parameters",) if name in more}
    asked = {"ephemeral_message_parameters": {"receiver_user_id": to, **more}, **rest}
    return await bot.send_message(group.id, "psst", reply_markup=BUTTONS, api_kwargs=asked)


async def update(bot: Bot) -> Update:
    return (await bot.get_updates(offset=-1))[-1]


async def test_an_admin_bot_writes_to_one_member_alone(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser, bert: TelegramUser
) -> None:
    group.promote_bot(by=anna)
    sent = await send_ephemeral(bot, group, anna.id)
    assert sent.message_id == 0
    assert sent.api_kwargs["receiver_user"]["id"] == anna.id
    assert [message.text for message in group.seen_by(anna).messages] == ["psst"]
    assert group.messages == group.seen_by(bert).messages == []


async def test_it_is_edited_by_its_own_method_and_may_be_taken_away(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser, bert: TelegramUser
) -> None:
    group.promote_bot(by=anna)
    number = (await send_ephemeral(bot, group, anna.id)).api_kwargs["ephemeral_message_id"]
    which = {"chat_id": group.id, "receiver_user_id": anna.id, "ephemeral_message_id": number}
    assert await bot.do_api_request("editEphemeralMessageText", which | {"text": "hush"})
    screen = group.seen_by(anna)
    assert [(message.text, message.buttons) for message in screen.messages] == [("hush", [])]
    with pytest.raises(error.BadRequest, match="not modified"):
        await bot.do_api_request("editEphemeralMessageText", which | {"text": "hush"})
    with pytest.raises(error.BadRequest, match="not found"):
        await bot.do_api_request("editEphemeralMessageText", which | {"text": "x", "receiver_user_id": bert.id})
    with pytest.raises(error.BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", group.id, number)
    screen.dismiss(screen.last)
    with pytest.raises(error.BadRequest, match="not found"):
        await bot.do_api_request("editEphemeralMessageText", which | {"text": "again"})


async def test_a_marked_command_is_seen_by_its_sender_and_the_bot(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser
) -> None:
    command = BotCommand("topics", "what is followed", api_kwargs={"is_ephemeral": True})
    await bot.set_my_commands([command], {"type": "all_group_chats"})  # type: ignore[arg-type]  # as it goes over the wire
    screen = group.seen_by(anna)
    await screen.say("/topics@PaperboyBot")
    said = (await update(bot)).message
    assert said
    assert said.message_id == 0
    number = said.api_kwargs["ephemeral_message_id"]
    assert group.history == []
    reply = {"ephemeral_message_id": number}
    await send_ephemeral(bot, group, anna.id, reply_parameters=reply)
    assert screen.last.text == "psst"
    with pytest.raises(error.BadRequest, match="receiver"):
        await bot.send_message(group.id, "aloud", api_kwargs={"reply_parameters": reply})
    await screen.say("/today")
    assert [message.raw for message in group.history] == ["/today"], "not marked, so everybody sees it"


async def test_a_press_allows_an_answer_to_its_presser(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser, bert: TelegramUser
) -> None:
    await bot.send_message(group.id, "aloud", reply_markup=BUTTONS)
    screen = group.seen_by(anna)
    await screen.press("More", expired=True)
    await group.world.updates.first()
    query = (await update(bot)).callback_query
    assert query
    telegram.button_queries[query.id] = screen._query(anna.account)
    await send_ephemeral(bot, group, anna.id, callback_query_id=query.id)
    assert screen.last.text == "psst"
    with pytest.raises(error.BadRequest, match=r"(?i)query_id_invalid"):
        await send_ephemeral(bot, group, bert.id, callback_query_id=query.id)


async def test_a_press_on_it_names_it(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser
) -> None:
    group.promote_bot(by=anna)
    sent = await send_ephemeral(bot, group, anna.id)
    await group.seen_by(anna).press("More", expired=True)
    query = (await update(bot)).callback_query
    assert query
    assert isinstance(query.message, Sent)
    assert query.message.api_kwargs["ephemeral_message_id"] == sent.api_kwargs["ephemeral_message_id"]


@pytest.mark.parametrize("seconds", [14, 16])
async def test_fifteen_seconds_are_what_an_answer_may_take(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser, seconds: int
) -> None:
    telegram.now = lambda: 1000.0
    command = BotCommand("topics", "what is followed", api_kwargs={"is_ephemeral": True})
    await bot.set_my_commands([command])
    screen = group.seen_by(anna)
    said = await screen.say("/topics")
    telegram.now = lambda: 1000.0 + seconds
    query = screen._query(anna.account)
    query.at, telegram.button_queries["7"] = 1000.0, query
    for why in ({"reply_parameters": {"ephemeral_message_id": said.ephemeral_id}}, {"callback_query_id": "7"}):
        if seconds < 15:
            await send_ephemeral(bot, group, anna.id, **why)
        else:
            with pytest.raises(error.BadRequest):
                await send_ephemeral(bot, group, anna.id, **why)


async def test_where_it_is_refused(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser, bert: TelegramUser
) -> None:
    channel, stranger = telegram.channel("News", admins=[anna]), telegram.person("Stranger")
    private = telegram.private(anna)
    await private.say("hello")
    for chat in (group, channel, private):
        with pytest.raises(error.BadRequest, match=r"(?i)bot_not_admin"):
            await send_ephemeral(bot, chat, anna.id)
    group.promote_bot(by=anna)
    for receiver in (stranger.id, bot.id, 1):
        with pytest.raises(error.BadRequest, match=r"(?i)user_not_participant"):
            await send_ephemeral(bot, group, receiver)
    with pytest.raises(error.BadRequest, match="be replied not found"):
        await bot.send_message(
            group.id,
            "psst",
            reply_parameters=ReplyParameters(99, allow_sending_without_reply=True),
            api_kwargs={"ephemeral_message_parameters": {"receiver_user_id": anna.id}},
        )


async def test_an_older_server_posts_for_everybody(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser
) -> None:
    telegram.bot_api = (10, 1)
    sent = await send_ephemeral(bot, group, anna.id, callback_query_id="1")
    assert sent.message_id
    assert "ephemeral_message_id" not in sent.api_kwargs
    assert group.last.text == "psst"
    await bot.set_my_commands([BotCommand("topics", "x", api_kwargs={"is_ephemeral": True})])
    (command,) = await bot.get_my_commands()
    assert not command.api_kwargs
    with pytest.raises(error.EndPointNotFound):
        await bot.do_api_request("editEphemeralMessageText", {"text": "x"})


@pytest.mark.parametrize("version", [(10, 1), (10, 2), (10, 3), (10, 4)])
async def test_the_old_parameters_are_honoured_by_one_version_alone(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser, version: tuple[int, int]
) -> None:
    """From 10.3 on they are names that a server does not know: everybody sees the message."""
    group.promote_bot(by=anna)
    telegram.bot_api = version
    sent = await bot.send_message(group.id, "psst", api_kwargs={"receiver_user_id": anna.id})
    assert bool(sent.message_id) is (version != (10, 2))


async def test_a_press_alone_says_where(
    telegram: FakeTelegram, bot: Bot, group: TelegramGroup, anna: TelegramUser
) -> None:
    query = group._query(anna.account)
    telegram.button_queries["7"] = query
    asked = {"ephemeral_message_parameters": {"callback_query_id": "7"}}
    await bot.send_message(None, "psst", api_kwargs=asked)  # type: ignore[arg-type]  # the library has it required
    assert group.seen_by(anna).last.text == "psst"
    assert group.messages == []
    with pytest.raises(error.BadRequest, match=r"(?i)query"):
        await bot.do_api_request("answerWidgetQuery")
    telegram.bot_api = (10, 3)
    with pytest.raises(error.BadRequest, match=r"(?i)chat_id is empty"):
        await bot.send_message(None, "psst", api_kwargs=asked)  # type: ignore[arg-type]
    with pytest.raises(error.EndPointNotFound):
        await bot.do_api_request("answerWidgetQuery")
