"""The methods of the Bot API that the stand-in plays: each a function of the world and a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.standins.telegram.methods import chats, inline, profile, queries, receiving, writing
from tests.standins.telegram.parameters import Call
from tests.standins.telegram.world import World

Method = Callable[[World, Call], Awaitable[Any]]

PLAYED: dict[str, Method] = {
    "getMe": profile.get_me,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": writing.send_message,
    "sendDocument": writing.send_document,
    "sendChatAction": writing.send_chat_action,
    "editMessageText": writing.edit_message_text,
    "editEphemeralMessageText": writing.edit_ephemeral_message_text,
    "editMessageReplyMarkup": writing.edit_message_reply_markup,
    "deleteMessage": writing.delete_message,
    "answerCallbackQuery": queries.answer_callback_query,
    "answerInlineQuery": inline.answer_inline_query,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "leaveChat": chats.leave_chat,
}
