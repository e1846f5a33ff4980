"""Answering pressed buttons and inline queries."""

from __future__ import annotations

from tests.standins.telegram.parameters import Call
from tests.standins.telegram.refusals import bad_request, query_too_old
from tests.standins.telegram.world import CallbackAnswer, InlineAnswer, World

ANSWER_LENGTH = 200
RESULTS = 50
ID_BYTES = 64


async def answer_callback_query(world: World, call: Call) -> bool:
    query = world.button_queries.get(call.text("callback_query_id"))
    if query is None:
        raise query_too_old()
    if len(call.text("text")) > ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer(CallbackAnswer(call.text("text"), call.flag("show_alert"), call.text("url")))
    return True


async def answer_inline_query(world: World, call: Call) -> bool:
    query = world.inline_queries.get(call.text("inline_query_id"))
    results = call.value("results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of InlineQueryResult")
    if len(results) > RESULTS:
        raise bad_request("too many inline query results specified")
    for result in results:
        _check_result(result)
    if query is None:
        raise query_too_old()
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(call.text("next_offset").encode()) > ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    query.answer(InlineAnswer(results, call.text("next_offset"), call.flag("is_personal")))
    return True


def _check_result(result: object) -> None:
    if not isinstance(result, dict) or "type" not in result:
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    if not 1 <= len(str(result.get("id", "")).encode()) <= ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
