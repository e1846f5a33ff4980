"""Results of inline queries, and what becomes of one that is picked.

Sizes: https://core.telegram.org/bots/api#answerinlinequery and the types below it.
"""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram.formatting import FormattedText, check_text, message_text
from tests.fakes.telegram.markup import check_on_sending, checked_markup
from tests.fakes.telegram.parameters import BotApiCall, checked_fields
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.state import InlineAnswer, TelegramState

RESULTS = 50
ID_BYTES = 64
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def answer_inline_query(world: TelegramState, call: BotApiCall) -> bool:
    query = world.inline_queries.get(call.text("inline_query_id"))
    results = call.value("results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of InlineQueryResult")
    if len(results) > RESULTS:
        raise bad_request("too many inline query results specified")
    for result in results:
        _check_result(result)
    button = _checked_button(call.value("button"))
    if query is None or query.answered.done():
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(call.text("next_offset").encode()) > ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    kept = call.number("cache_time") if call.text("cache_time") else 300
    query.answer(InlineAnswer(results, call.text("next_offset"), call.flag("is_personal"), kept, button))
    return True


def picked(result: dict[str, Any]) -> tuple[FormattedText, dict[str, Any] | None]:
    """What stands in the chat in which an article is picked: its text and its buttons."""
    content = result["input_message_content"]
    text = message_text(content["message_text"], content.get("parse_mode", ""), content.get("entities"))
    return text, checked_markup(result.get("reply_markup"))


def _check_result(result: object) -> None:
    if not isinstance(result, dict) or "type" not in result:
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    if not 1 <= len(str(result.get("id", "")).encode()) <= ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] == "article":
        _check_article(result)


def _check_article(result: dict[str, Any]) -> None:
    if not str(result.get("title", "")).strip():
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    if "message_text" not in result.get("input_message_content", {}):
        raise bad_request("can't parse inline query result: Can't find field \"message_text\"")
    checked_fields("LinkPreviewOptions", result["input_message_content"].get("link_preview_options", {}))
    text, markup = picked(result)
    check_text(text)
    check_on_sending(markup)


def _checked_button(button: Any) -> dict[str, Any]:
    if not button:
        return {}
    if not button.get("text"):
        raise bad_request("can't parse inline query results button: Can't find field \"text\"")
    if not START_PARAMETER.fullmatch(button.get("start_parameter", "")):
        raise bad_request("START_PARAM_INVALID")
    return dict(button)
