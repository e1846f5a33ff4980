"""Every refusal, reached by the real client library and compared letter by letter."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
    error,
)

from tests.fakes.telegram import FakeTelegram, PrivateChat
from tests.fakes.telegram.client import bot_client

Attempt = Callable[[Bot, PrivateChat], Awaitable[Any]]


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


def sends(text: str = "x", **details: Any) -> Attempt:
    return lambda bot, chat: bot.send_message(chat.id, text, **details)


def sends_html(markup: str) -> Attempt:
    return sends(markup, parse_mode="HTML")


def sends_buttons(*rows: list[InlineKeyboardButton]) -> Attempt:
    return sends(reply_markup=keyboard(*rows))


def link(url: str) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton("go", url=url)]


REFUSED: list[tuple[Attempt, str]] = [
    (sends(""), "message text is empty"),
    (sends(" \n "), "text must be non-empty"),
    (sends_html("<b></b>"), "text must be non-empty"),
    (sends("x" * 4097), "message is too long"),
    (sends("x" * 32_769), "text is too long"),
    (sends(parse_mode="BBCode"), "unsupported parse_mode"),
    (sends_html("<p>x</p>"), 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
    (
        sends_html("<b>x</i>"),
        'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    ),
    (
        sends(entities=[MessageEntity("bold", 5, 1)]),
        "entity begins after the end of the text at UTF-16 offset 5",
    ),
    (sends(message_thread_id=99), "message thread not found"),
    (sends(reply_parameters=ReplyParameters(99)), "message to be replied not found"),
    (sends_buttons([data_button("a", "x" * 65)]), "BUTTON_DATA_INVALID"),
    (sends_buttons([data_button("a", "\u00e9" * 33)]), "BUTTON_DATA_INVALID"),
    (sends_buttons(*[[data_button("a", "x")] * 8] * 12, [data_button("a", "x")] * 5), "REPLY_MARKUP_TOO_LONG"),
    (
        sends_buttons(link("http://localhost:8000")),
        "inline keyboard button URL 'http://localhost:8000' is invalid: Wrong HTTP URL",
    ),
    (
        sends_buttons(link("ftp://example.org")),
        "inline keyboard button URL 'ftp://example.org' is invalid: Unsupported URL protocol",
    ),
    (
        sends_buttons([InlineKeyboardButton("empty")]),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (lambda bot, chat: bot.send_message(404, "x"), "chat not found"),
    (lambda bot, chat: bot.send_message("@nobody", "x"), "chat not found"),
    (lambda bot, chat: bot.edit_message_text("x", chat.id, 99), "message to edit not found"),
    (lambda bot, chat: bot.edit_message_reply_markup(chat.id, 99), "message to edit not found"),
    (lambda bot, chat: bot.delete_message(chat.id, 99), "message to delete not found"),
    (
        lambda bot, chat: bot.answer_callback_query("1"),
        "query is too old and response timeout expired or query ID is invalid",
    ),
    (
        lambda bot, chat: bot.answer_inline_query("1", [], current_offset=None),
        "query is too old and response timeout expired or query ID is invalid",
    ),
    (lambda bot, chat: bot.send_chat_action(chat.id, "dancing"), "wrong parameter action in request"),
    (lambda bot, chat: bot.send_document(chat.id, io.BytesIO(b"")), "file must be non-empty"),
    (lambda bot, chat: bot.send_document(chat.id, "no-such-id"), "wrong file identifier/HTTP URL specified"),
    (
        lambda bot, chat: bot.send_document(chat.id, io.BytesIO(b"x"), caption="x" * 1025),
        "message caption is too long",
    ),
    (lambda bot, chat: bot.get_chat_administrators(chat.id), "there are no administrators in the private chat"),
    (lambda bot, chat: bot.leave_chat(chat.id), "chat member status can't be changed in private chats"),
    (lambda bot, chat: bot.set_my_commands([("Caps", "x")]), "BOT_COMMAND_INVALID"),
    (
        lambda bot, chat: bot.set_webhook("http://bot.example.org/hook"),
        "bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        lambda bot, chat: bot.set_webhook("https://bot.example.org:81/hook"),
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    (
        lambda bot, chat: bot.set_webhook("https://bot.example.org/hook", secret_token="a b"),
        "secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("attempt", "text"), REFUSED, ids=[text for _, text in REFUSED])
async def test_refused_in_telegrams_words(
    telegram: FakeTelegram, bot: Bot, chat: PrivateChat, attempt: Attempt, text: str
) -> None:
    with pytest.raises(error.BadRequest) as caught:
        await attempt(bot, chat)
    # The library writes what it read with other capitals.
    assert str(caught.value).lower() == text.lower()
    assert telegram.requests[-1].refused == f"Bad Request: {text}"
    assert chat.messages == []


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("bot1:OTHER/getMe", 401, "Unauthorized"),
        ("botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        ("elsewhere", 404, "Not Found"),
        ("bot{token}/getNothing", 404, "Not Found: method not found"),
        ("bot{token}/sendMessage", 400, "Bad Request: message text is empty"),
        ("bot{token}/sendMessage?text=x", 400, "Bad Request: chat_id is empty"),
        ("bot{token}/sendMessage?chat_id=abc&text=x", 400, "Bad Request: chat not found"),
        (
            "bot{token}/sendMessage?chat_id=1&text=x&reply_markup={",
            400,
            "Bad Request: can't parse reply keyboard markup JSON object",
        ),
        (
            "bot{token}/sendMessage?chat_id=1&text=x&reply_markup=[]",
            400,
            "Bad Request: object expected as reply markup",
        ),
        (
            'bot{token}/sendMessage?chat_id=1&text=x&reply_markup={"inline_keyboard":"x"}',
            400,
            'Bad Request: field "inline_keyboard" must be of type Array',
        ),
        (
            'bot{token}/sendMessage?chat_id=1&text=x&reply_markup={"inline_keyboard":[[{"url":"x"}]]}',
            400,
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            'bot{token}/sendMessage?chat_id=1&text=x&link_preview_options={"is_disabled":"yes"}',
            400,
            'Bad Request: field "is_disabled" must be of type Boolean',
        ),
        (
            "bot{token}/sendMessage?chat_id=1&text=<b>x&parse_mode=html",
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ("bot{token}/editMessageText?text=x", 400, "Bad Request: message identifier is not specified"),
        (
            "bot{token}/answerCallbackQuery",
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("bot{token}/GETME", 200, None),
    ],
)
async def test_on_the_wire(telegram: FakeTelegram, path: str, status: int, description: str | None) -> None:
    root = telegram.base_url.removesuffix("bot")
    async with httpx.AsyncClient(verify=False) as http:
        response = await http.get(root + path.replace("{token}", telegram.token))
    assert (response.status_code, response.json().get("description")) == (status, description)
    assert response.json()["ok"] is (status == 200)
