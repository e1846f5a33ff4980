"""The stand-in's rich messages: what it shows, and what it refuses in the server's words."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, EndPointNotFound

from tests.fakes.telegram import FakeTelegram

PARAGRAPH: dict = {"type": "paragraph", "text": "A planner."}
SAVE = {"text": "Save", "callback_data": "save 2608.10002"}


def details(depth: int) -> dict:
    block = PARAGRAPH
    for _ in range(depth):
        block = {"type": "details", "summary": "more", "blocks": [block]}
    return block


REFUSED = {
    "RICH_MESSAGE_TEXT_TOO_LONG": [{"type": "paragraph", "text": "x" * 32_769}],
    "RICH_MESSAGE_BLOCKS_TOO_MANY": [{"type": "divider"}] * 501,
    "RICH_MESSAGE_DEPTH_INVALID": [details(17)],
    "RICH_MESSAGE_CONTENT_REQUIRED": [{"type": "heading", "size": 2, "text": ""}],
    "RICH_MESSAGE_URL_INVALID": [{"type": "paragraph", "text": {"type": "url", "text": "x", "url": "nowhere"}}],
    "RICH_MESSAGE_TABLE_COLS_TOO_MANY": [{"type": "table", "cells": [[{"text": "x"}] * 21]}],
    "can't parse InputRichBlock: Block must be non-empty": [{"type": "details", "summary": "x", "blocks": []}],
    "can't parse InputRichBlock: List must be non-empty": [{"type": "list", "items": []}],
    "can't parse InputRichBlock: List item must be non-empty": [{"type": "list", "items": [{"blocks": []}]}],
    "can't parse InputRichBlock: List must be either ordered or unordered": [
        {"type": "list", "items": [{"blocks": [PARAGRAPH]}, {"blocks": [PARAGRAPH], "value": 2}]}
    ],
    "can't parse InputRichBlock: Invalid section heading size specified": [{"type": "heading", "size": 7, "text": "x"}],
    "a row has one to eight buttons": [{"type": "buttons", "buttons": [SAVE] * 9}],
    "a button does exactly one thing": [{"type": "buttons", "buttons": [{"text": "x"}]}],
    "BUTTON_DATA_INVALID": [{"type": "buttons", "buttons": [{"text": "x", "callback_data": "x" * 65}]}],
    "Unsupported block type": [{"type": "marquee"}],
}


async def send(telegram: FakeTelegram, chat_id: int, method: str = "sendRichMessage", **given):
    async with Bot(telegram.token, base_url=telegram.base_url) as bot:
        return await bot.do_api_request(method, {"chat_id": chat_id, **given})


@pytest.mark.parametrize(("words", "blocks"), REFUSED.items())
async def test_what_can_not_be_shown_is_refused(words, blocks):
    async with FakeTelegram() as telegram:
        chat = telegram.private(telegram.person("Anna"))
        with pytest.raises(BadRequest) as refused:
            await send(telegram, chat.id, rich_message={"blocks": blocks})
        assert words.lower() in refused.value.message.lower()


async def test_a_message_is_seen_with_its_buttons_and_by_some_not_at_all():
    async with FakeTelegram() as telegram:
        chat = telegram.private(telegram.person("Anna"))
        head = {"type": "heading", "size": 4, "text": [{"type": "bold", "text": "1"}, " Plans"]}
        buttons = {"type": "buttons", "buttons": [SAVE]}
        await send(
            telegram, chat.id, rich_message={"blocks": [head, PARAGRAPH, buttons], "skip_entity_detection": True}
        )
        assert chat.last.text == "1 Plans\nA planner."
        assert chat.last.words("bold") == ["1"]
        assert chat.last.buttons == [["Save"]]
        chat.room.shows_rich = False
        assert (chat.last.text, chat.last.buttons) == ("", [])
        await send(telegram, chat.id, "editMessageText", message_id=chat.last.id, text="plain again")
        assert chat.last.text == "plain again"


@pytest.mark.parametrize("version", [(10, 0), (10, 2)])
async def test_older_servers_know_no_method_or_no_buttons(version):
    async with FakeTelegram() as telegram:
        telegram.bot_api = version
        chat = telegram.private(telegram.person("Anna"))
        with pytest.raises(EndPointNotFound if version == (10, 0) else BadRequest):
            await send(telegram, chat.id, rich_message={"blocks": [{"type": "buttons", "buttons": [SAVE]}]})
        assert chat.messages == []
