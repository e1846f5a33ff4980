"""Answering pressed buttons."""

from __future__ import annotations

from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.refusals import bad_request, query_too_old
from tests.fakes.telegram.state import CallbackAnswer, TelegramState

ANSWER_LENGTH = 200


async def answer_callback_query(world: TelegramState, call: BotApiCall) -> bool:
    query = world.button_queries.get(call.text("callback_query_id"))
    if query is None:
        raise query_too_old()
    if len(call.text("text")) > ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer(CallbackAnswer(call.text("text"), call.flag("show_alert"), call.text("url")))
    return True


async def answer_widget_query(world: TelegramState, call: BotApiCall) -> bool:
    raise query_too_old()
