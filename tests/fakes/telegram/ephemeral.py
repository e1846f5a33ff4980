"""Ephemeral messages (Bot API 10.2 on): one member of a group and the bot see them, and nobody's history keeps them.

The rules are those of core.telegram.org/bots/api#ephemeral-messages-and-commands; of the refusals only the texts that
others met are known, the rest are ours.
"""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.telegram import rich
from tests.fakes.telegram.chats import ADMIN_STATUSES, MEMBER_STATUSES, Account, ChatState
from tests.fakes.telegram.messages import TelegramMessage
from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.state import CallbackAnswer, Query, TelegramState

WINDOW = 15
"""Seconds in which a press or a command may be answered so."""
RECEIVER, QUERY = "receiver_user_id", "callback_query_id"
OBJECT = "ephemeral_message_parameters"
WITHOUT, OF_THE_METHOD, IN_AN_OBJECT, BY_THE_PRESS = (10, 1), (10, 2), (10, 3), (10, 4)
"""Versions of the Bot API: no ephemeral messages; by parameters of the method; by one object; which a press alone may
fill, without a chat."""


def is_new(method: str, version: tuple[int, int]) -> bool:
    """Whether a server of this version does not have the method yet."""
    if method == "sendRichMessage":
        return version < rich.SENT
    if method == "answerWidgetQuery":
        return version < BY_THE_PRESS
    return "Ephemeral" in method and version < OF_THE_METHOD


def as_read(call: BotApiCall, version: tuple[int, int], *, shows_everybody: bool = False) -> None:
    """What a server of this version reads of a call: it never looks at names it does not know. From 10.3 on the old
    parameters are such names, as the worst case: the documentation says *replaced*, nobody said what becomes of them.

    ``shows_everybody``: the object is such a name as well, though the version has it.
    """
    read = call.parameters.copy()  # what was asked stays on record
    if call.method.startswith("send"):
        old = {name: read.pop(name) for name in (RECEIVER, QUERY) if name in read}
        if version < IN_AN_OBJECT or shows_everybody:
            read.pop(OBJECT, None)
        if version == OF_THE_METHOD and old:
            read[OBJECT] = old
        if version < OF_THE_METHOD and read.get("reply_parameters"):
            read["reply_parameters"] = _without(read["reply_parameters"], "ephemeral_message_id")
    if version < rich.SENT:
        read.pop("rich_message", None)
    if version < OF_THE_METHOD and (commands := read.get("commands")):
        read["commands"] = [_without(command, "is_ephemeral") for command in commands]
    call.parameters = read


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {known: value for known, value in fields.items() if known != name}


def pressed_by(world: TelegramState, call: BotApiCall) -> Query[CallbackAnswer] | None:
    """The press that a call without a chat names, whose chat is then meant."""
    query_id = (call.value(OBJECT) or {}).get(QUERY)
    if call.value("chat_id") or not query_id or world.bot_api < BY_THE_PRESS:
        return None
    query = world.button_queries.get(query_id)
    if query is None or query.room is None:
        raise bad_request("QUERY_ID_INVALID")
    return query


def receiver_of(world: TelegramState, room: ChatState, call: BotApiCall) -> Account | None:
    """Who alone is to see the message, None for everybody; raises `Refused` where it may not be sent so."""
    answers = (call.value("reply_parameters") or {}).get("ephemeral_message_id")
    asked = call.value(OBJECT) or {}
    pressed = pressed_by(world, call)
    receiver_id = int(asked.get(RECEIVER) or (pressed.by.id if pressed and pressed.by else 0))
    if not receiver_id:
        if answers or asked:
            raise bad_request("ephemeral message receiver must be specified")
        return None
    if room.kind not in ("group", "supergroup"):
        raise bad_request("BOT_NOT_ADMIN")
    account = world.accounts.get(receiver_id)
    if account is None or account.is_bot or room.status_of(account.id) not in MEMBER_STATUSES:
        raise bad_request("USER_NOT_PARTICIPANT")
    if asked.get(QUERY):
        _check_press(world, room, account, asked[QUERY])
    elif answers:
        _check_command(world, room, account, int(answers))
    elif room.status_of(world.bot.id) not in ADMIN_STATUSES:
        raise bad_request("BOT_NOT_ADMIN")
    return account


def _check_press(world: TelegramState, room: ChatState, account: Account, query_id: str) -> None:
    query = world.button_queries.get(query_id)
    if query is None or query.by is not account or query.room is not room or query.at + WINDOW < world.now():
        raise bad_request("QUERY_ID_INVALID")


def _check_command(world: TelegramState, room: ChatState, account: Account, ephemeral_id: int) -> None:
    asked = room.ephemeral.get(ephemeral_id)
    if asked is None or asked.sender is not account or asked.date + WINDOW < world.now():
        raise bad_request("ephemeral message to be replied not found")


def sent_to_one(room: ChatState, call: BotApiCall) -> TelegramMessage:
    """The bot's message that a call names; raises `Refused`."""
    message = room.ephemeral.get(call.number("ephemeral_message_id"))
    if message is None or not message.by_bot or message.receiver is None:
        raise bad_request("ephemeral message not found")
    if message.receiver.id != call.number(RECEIVER):
        raise bad_request("ephemeral message not found")
    return message


def goes_unseen(world: TelegramState, room: ChatState, account: Account, text: str) -> bool:
    """Whether a client sends these words as an ephemeral command: the menu that this person sees says so."""
    if room.kind not in ("group", "supergroup") or not text.startswith("/"):
        return False
    name = text[1:].split(maxsplit=1)[0].partition("@")[0]
    return any(entry["command"] == name and entry.get("is_ephemeral") for entry in _menu(world, room, account))


def _menu(world: TelegramState, room: ChatState, account: Account) -> list[dict[str, str]]:
    own = ["all_chat_administrators"] if room.status_of(account.id) in ADMIN_STATUSES else []
    for scope in (*own, "all_group_chats", "default"):
        if found := world.settings.commands.get((json.dumps({"type": scope}), "")):
            return found
    return []
