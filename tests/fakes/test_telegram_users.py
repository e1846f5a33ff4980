"""People in front of the fake, and a small bot of the real library behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
    error,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.client import application_builder, bot_client

Context = ContextTypes.DEFAULT_TYPE
SECRET = "a-secret_1"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


async def follow(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    undo = InlineKeyboardButton("Undo", callback_data="undo")
    site = InlineKeyboardButton("Site", url="https://example.org")
    text = f"Following <b>{' '.join(context.args or [])}</b>"
    markup = InlineKeyboardMarkup([[undo, site]])
    await update.effective_message.reply_text(text, parse_mode="HTML", reply_markup=markup)


async def undo(update: Update, context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.edit_message_text("Not following any more")
    await update.callback_query.answer("Undone", show_alert=True)


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text(f"{message.text or message.caption}!")


async def offer(update: Update, context: Context) -> None:
    assert update.inline_query is not None
    words = update.inline_query.query
    article = InlineQueryResultArticle("1", words, InputTextMessageContent(words))
    await update.inline_query.answer([article] * (51 if words == "many" else 1), auto_pagination=False)


def application(telegram: FakeTelegram) -> Application[Any, Any, Any, Any, Any, Any]:
    app = application_builder(telegram).build()
    app.add_handler(CommandHandler(["subscribe"], follow))
    app.add_handler(CallbackQueryHandler(undo))
    app.add_handler(InlineQueryHandler(offer))
    app.add_handler(MessageHandler(filters.TEXT | filters.CAPTION, echo))
    return app


@contextlib.asynccontextmanager
async def polling(telegram: FakeTelegram) -> AsyncIterator[None]:
    app = application(telegram)
    assert app.updater is not None
    async with app:
        await app.start()
        await app.updater.start_polling(timeout=5, allowed_updates=Update.ALL_TYPES)
        yield
        await app.updater.stop()
        await app.stop()


@contextlib.asynccontextmanager
async def listening(telegram: FakeTelegram, answers: list[int]) -> AsyncIterator[None]:
    """The same bot behind a webhook, which answers with these statuses before it answers 200."""
    app = application(telegram)

    async def take(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
        if answers:
            return web.Response(status=answers.pop(0))
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return web.Response()

    site = web.Application()
    site.router.add_post("/hook", take)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    telegram.webhook.routes["https://bot.example.org"] = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with app:
        await app.start()
        await app.bot.set_webhook("https://bot.example.org/hook", secret_token=SECRET)
        yield
        await app.bot.delete_webhook()
        await app.stop()
    await runner.cleanup()


async def test_a_private_chat_over_polling(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna", language="de"))
    async with polling(telegram):
        answer = await chat.ask("/subscribe clustering")
        assert (answer.text, answer.words("bold")) == ("Following clustering", ["clustering"])
        note = await chat.press("Undo")
        assert (note.text, note.alert) == ("Undone", True)
        assert (await chat.reply()).text == "Not following any more"
        assert [message.text for message in chat.messages] == ["Not following any more"]
        with pytest.raises(LookupError, match="no button 'Undo'"):
            await chat.press("Undo")
    assert telegram.updates.pending == ()


async def test_the_same_over_a_webhook_that_stumbles(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with listening(telegram, [500, 503]):
        assert (await chat.ask("hello")).text == "hello!"
        assert telegram.webhook.statuses == [500, 503, 200]
        info = telegram.webhook.as_json()
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        telegram.updates.repeat(telegram.updates.log[-1])
        assert (await chat.reply()).text == "hello!"
    assert telegram.webhook.url == ""


async def test_a_webhook_is_given_up_after_some_attempts(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with listening(telegram, [500] * 5):
        await chat.say("lost")
        assert (await chat.ask("found")).text == "found!"
    assert telegram.webhook.statuses == [500] * 5 + [200]


async def test_what_people_send_besides_text(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with polling(telegram):
        photo = await chat.send_photo("/subscribe robotics")
        assert (await chat.reply()).text == "/subscribe robotics!"
        said = await chat.say("draft")
        await chat.reply()
        await chat.edit(said, "final")
        assert (await chat.reply()).text == "final!"
    assert telegram.updates.log[0]["message"]["caption_entities"][0]["type"] == "bot_command"
    assert telegram.updates.log[-1]["edited_message"]["edit_date"]
    assert photo.has_caption


async def test_buttons_that_are_too_old_or_links(telegram: FakeTelegram) -> None:
    anna = telegram.person("Anna")
    chat = telegram.private(anna)
    async with polling(telegram):
        await chat.ask("/subscribe x")
        with pytest.raises(AssertionError, match="'Site' asks the bot nothing"):
            await chat.press("Site")
        await chat.press("Undo", expired=True)
        await chat.reply()
        await telegram.updates.wait_until_taken()
    assert "callback_query" in telegram.updates.log[-1]
    assert telegram.calls("answerCallbackQuery")[0].refused.startswith("Bad Request: query is too old")


async def test_a_silent_bot_fails_the_test_with_a_reason(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with bot_client(telegram) as bot:
        await bot.send_chat_action(chat.id, "typing")
        await chat.say("hello?")
        with pytest.raises(AssertionError, match=r"said nothing within 0\.01 s; .*sendChatAction"):
            await chat.reply(timeout=0.01)
        button = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
        await bot.send_message(chat.id, "x", reply_markup=button)
        with pytest.raises(AssertionError, match="did not answer the button 'Go'"):
            await chat.press("Go", timeout=0.01)


async def test_inline_queries(telegram: FakeTelegram) -> None:
    anna = telegram.person("Anna")
    async with polling(telegram):
        answer = await anna.inline("diffusion")
        assert [result["title"] for result in answer.results] == ["diffusion"]
        with pytest.raises(AssertionError, match="too many inline query results specified"):
            await anna.inline("many", timeout=0.2)


async def test_a_group_shows_the_bot_only_what_is_meant_for_it(telegram: FakeTelegram) -> None:
    anna, ben = telegram.person("Anna"), telegram.person("Ben", username="ben")
    group = telegram.group("Reading club", members=[ben], admins=[anna])
    async with polling(telegram):
        await group.say("just talking, @ben")
        await group.say("/subscribe@OtherBot x")
        answer = await group.ask("/subscribe@PaperboyBot x", by=anna)
        assert answer.text == "Following x"
        assert (await group.ask("hey @PaperboyBot")).text == "hey @PaperboyBot!"
        await group.say("thanks", reply_to=answer)
        assert (await group.reply()).text == "thanks!"
        await group.press("Undo", by=ben)
        telegram.privacy = False
        assert (await group.ask("seen")).text == "seen!"
    said = [update["message"]["from"] for update in telegram.updates.log if "message" in update]
    assert [sender["first_name"] for sender in said] == ["Anna", "Ben", "Ben", "Ben"]
    pressed = [update["callback_query"] for update in telegram.updates.log if "callback_query" in update]
    assert [query["from"]["first_name"] for query in pressed] == ["Ben"]


async def test_who_speaks_in_a_group(telegram: FakeTelegram) -> None:
    anna, stranger = telegram.person("Anna"), telegram.person("Zoe")
    channel = telegram.channel("News", admins=[anna])
    group = telegram.supergroup("Club", admins=[anna])
    hidden = (await group.say("/topics", anonymous=True)).as_json()
    assert hidden["sender_chat"]["id"] == hidden["chat"]["id"] == group.id
    assert hidden["from"]["username"] == "GroupAnonymousBot"
    foreign = (await group.say("/topics", as_chat=channel)).as_json()
    assert (foreign["sender_chat"]["id"], foreign["from"]["username"]) == (channel.id, "Channel_Bot")
    with pytest.raises(AssertionError, match="Zoe is not in 'Club'"):
        await group.say("/topics", by=stranger)


async def test_topics_and_reply_threads_look_as_in_telegram(telegram: FakeTelegram) -> None:
    anna = telegram.person("Anna")
    forum = telegram.supergroup("Lab", members=[anna], forum=True)
    papers = forum.topic("Papers")
    inside = (await papers.say("/topics")).as_json()
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (papers.thread_id, True)
    assert inside["reply_to_message"]["forum_topic_created"]["name"] == "Papers"
    general = (await forum.general.say("/topics")).as_json()
    assert "message_thread_id" not in general
    plain = telegram.supergroup("Club", members=[anna])
    first = await plain.say("/topics")
    second = (await plain.say("/topics", reply_to=first)).as_json()
    assert second["message_thread_id"] == first.id
    assert "is_topic_message" not in second
    basic = telegram.group("Small", members=[anna])
    third = (await basic.say("/b", reply_to=await basic.say("/a"))).as_json()
    assert "message_thread_id" not in third


async def test_replies_in_a_topic_stay_there(telegram: FakeTelegram) -> None:
    forum = telegram.supergroup("Lab", members=[telegram.person("Anna")], forum=True)
    papers, other = forum.topic("Papers"), forum.topic("Other")
    async with polling(telegram):
        await papers.say("/subscribe x")
        answer = await papers.reply()
    assert (answer.thread_id, answer.in_topic) == (papers.thread_id, True)
    assert (other.messages, forum.general.messages) == ([], [])


async def test_a_channel_posts_and_its_readers_press(telegram: FakeTelegram) -> None:
    anna, ben = telegram.person("Anna"), telegram.person("Ben")
    channel = telegram.channel("News", admins=[anna], members=[ben])
    async with polling(telegram):
        answer = await channel.ask("/subscribe x")
        assert answer.text == "/subscribe x!"
    post = telegram.updates.log[0]["channel_post"]
    assert post["sender_chat"]["id"] == channel.id
    assert "from" not in post
    assert "from" not in answer.as_json()


async def test_the_bot_is_told_of_its_own_standing(telegram: FakeTelegram) -> None:
    anna = telegram.person("Anna")
    telegram.private(anna)
    anna.block()
    anna.unblock()
    group = telegram.supergroup("Club", admins=[anna], with_bot=False)
    group.add_bot()
    group.promote_bot()
    group.mute_bot()
    group.kick_bot()
    async with bot_client(telegram) as bot:
        updates = await bot.get_updates()
    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    told = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes]
    assert told == [
        ("member", "kicked"),
        ("kicked", "member"),
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "restricted"),
        ("restricted", "kicked"),
    ]
    joined = [update.message for update in updates if update.message]
    assert [user.id for message in joined for user in message.new_chat_members] == [telegram.bot.id]


async def test_a_group_that_becomes_a_supergroup_says_so_twice(telegram: FakeTelegram) -> None:
    group = telegram.group("Club", members=[telegram.person("Anna")])
    migrated_group = group.migrate()
    async with bot_client(telegram) as bot:
        old, new = [update.message for update in await bot.get_updates()]
    assert old is not None
    assert new is not None
    assert (old.chat_id, old.migrate_to_chat_id) == (group.id, migrated_group.id)
    assert (new.chat_id, new.migrate_from_chat_id) == (migrated_group.id, group.id)


async def test_updates_stay_until_they_are_acknowledged(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    for text in ("one", "two", "three"):
        await chat.say(text)
    async with bot_client(telegram) as bot:
        first = await bot.get_updates(limit=2)
        assert [update.message.text for update in first if update.message] == ["one", "two"]
        assert len(await bot.get_updates()) == 3
        rest = await bot.get_updates(offset=first[-1].update_id + 1)
        assert [update.message.text for update in rest if update.message] == ["three"]
        assert [update.update_id for update in await bot.get_updates(offset=-1)] == [rest[0].update_id]
        assert await bot.get_updates(offset=rest[0].update_id + 1) == ()
    await telegram.updates.wait_until_taken()


async def test_only_the_kinds_asked_for_arrive(telegram: FakeTelegram) -> None:
    anna = telegram.person("Anna")
    chat = telegram.private(anna)
    async with bot_client(telegram) as bot:
        await bot.get_updates(allowed_updates=["my_chat_member"])
        await chat.say("unheard")
        anna.block()
        assert [update.my_chat_member is not None for update in await bot.get_updates()] == [True]


async def test_a_long_poll_ends_with_the_first_update(telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    async with bot_client(telegram) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await telegram.wait_for_requests("getUpdates")
        await chat.say("news")
        assert [update.message.text for update in await poll if update.message] == ["news"]


async def test_polls_end_each_other_and_yield_to_a_webhook(telegram: FakeTelegram) -> None:
    async with bot_client(telegram) as bot, bot_client(telegram) as rival:
        first = asyncio.create_task(bot.get_updates(timeout=30))
        await telegram.wait_for_requests("getUpdates")
        second = asyncio.create_task(rival.get_updates(timeout=30))
        with pytest.raises(error.Conflict, match="terminated by other getUpdates request; make sure that only one"):
            await first
        await telegram.wait_for_requests("getUpdates", 2)
        await bot.set_webhook("https://bot.example.org/hook")
        with pytest.raises(error.Conflict, match="terminated by setWebhook request"):
            await second
        with pytest.raises(error.Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        assert (await bot.get_webhook_info()).url == "https://bot.example.org/hook"
        await bot.delete_webhook()
        assert await bot.get_updates() == ()
