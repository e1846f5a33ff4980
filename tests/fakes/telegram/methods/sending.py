"""Sending, editing and deleting messages."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.fakes.telegram.chats import ADMIN_STATUSES, ChatState
from tests.fakes.telegram.ephemeral import OBJECT, pressed_by, receiver_of, sent_to_one
from tests.fakes.telegram.formatting import FormattedText, check_caption, check_text, formatted, message_text
from tests.fakes.telegram.keyboards import check_keyboard
from tests.fakes.telegram.markup import check_on_sending, checked_markup
from tests.fakes.telegram.messages import TelegramDocument, TelegramMessage
from tests.fakes.telegram.parameters import BotApiCall, checked_fields
from tests.fakes.telegram.refusals import bad_request, not_modified
from tests.fakes.telegram.rich import OURS, RichContent, rich_content
from tests.fakes.telegram.state import CallbackAnswer, Query, TelegramState

ACTIONS = {
    "cancel", "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
DELETABLE_SECONDS = 48 * 3600


async def send_message(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    content = message_text(call.text("text"), call.text("parse_mode"), call.value("entities"))
    return _send(world, call, content, raw=call.text("text"), options=_preview(call))


async def send_rich_message(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    rich = rich_content(call.value("rich_message"), world.bot_api)
    return _send(world, call, rich.shown, raw=rich.shown.text, rich=rich)


def _preview(call: BotApiCall) -> dict[str, Any]:
    options = call.value("link_preview_options")
    if not options:
        return {}
    checked_fields("LinkPreviewOptions", options)
    return {"link_preview_options": options}


async def send_document(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    caption = call.text("caption")
    content = formatted(caption, call.text("parse_mode"), call.value("caption_entities"))
    return _send(world, call, content, raw=caption, document=_document(world, call))


async def send_chat_action(world: TelegramState, call: BotApiCall) -> bool:
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    room = world.reachable(call)
    room.thread(call.number("message_thread_id"), world.bot)
    room.check_writing(world.bot)
    return True


async def edit_message_text(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    """A rich message may become a text and a text a rich message, each as a whole."""
    if call.value("rich_message") and call.text("text"):
        raise bad_request("exactly one of text and rich_message must be given" + OURS)
    rich = rich_content(call.value("rich_message"), world.bot_api) if call.value("rich_message") else None
    content = rich.shown if rich else message_text(call.text("text"), call.text("parse_mode"), call.value("entities"))
    markup = checked_markup(call.value("reply_markup"))
    message = _own_message(world, call, "edit")
    if message.has_caption:
        raise bad_request("there is no text in the message to edit")
    if rich is None:
        check_text(content)
    _refuse_unchanged(message, content, markup, rich)
    message.raw, message.edit_date, message.rich = call.text("text"), int(world.now()), rich
    message.options |= _preview(call)
    return _edited(message, content, markup)


async def edit_ephemeral_message_text(world: TelegramState, call: BotApiCall) -> bool:
    content = message_text(call.text("text"), call.text("parse_mode"), call.value("entities"))
    markup = checked_markup(call.value("reply_markup"))
    message = sent_to_one(world.reachable(call), call)
    if message.has_caption:
        raise bad_request("there is no text in the message to edit")
    check_text(content)
    _refuse_unchanged(message, content, markup)
    message.raw = call.text("text")
    message.options |= _preview(call)
    _edited(message, content, markup)
    return True


async def edit_message_reply_markup(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    markup = checked_markup(call.value("reply_markup"))
    message = _own_message(world, call, "edit")
    _refuse_unchanged(message, message.content, markup, message.rich)
    return _edited(message, message.content, markup)


async def delete_message(world: TelegramState, call: BotApiCall) -> bool:
    room = world.reachable(call)
    message = room.messages.get(call.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(world, message):
        raise bad_request("message can't be deleted")
    if message.date + DELETABLE_SECONDS < world.now():
        raise bad_request("message can't be deleted for everyone")
    del room.messages[message.id]
    room.report("deleted", message)
    return True


def _send(world: TelegramState, call: BotApiCall, content: FormattedText, **details: Any) -> dict[str, Any]:
    """What is wrong with the request itself is said before what is wrong with the chat."""
    markup = checked_markup(call.value("reply_markup"))
    if call.value("reply_parameters"):
        checked_fields("ReplyParameters", call.value("reply_parameters"))
    if call.value(OBJECT):
        checked_fields("EphemeralMessageParameters", call.value(OBJECT))
    pressed = pressed_by(world, call)
    room = pressed.room if pressed and pressed.room else world.reachable(call)
    thread_id, in_topic = _where_pressed(world, room, pressed) if pressed else _where_named(world, room, call)
    receiver = receiver_of(world, room, call)
    reply_to = _reply_to(room, call)
    if reply_to is not None and not thread_id:
        thread_id, in_topic = _thread_of(reply_to)
    if "rich" not in details:
        check_length = check_caption if "document" in details else check_text
        check_length(content)
    room.check_writing(world.bot)
    check_on_sending(markup)
    if markup and "keyboard" in markup:
        check_keyboard(markup, private=room.kind == "private")
    world.rate_monitor.check(room, receiver)
    message = world.post(
        room,
        content,
        reply_markup=markup,
        thread_id=thread_id,
        in_topic=in_topic,
        reply_to=reply_to,
        receiver=receiver,
        silent=call.flag("disable_notification"),
        **_author(world, room),
        **details,
    )
    room.report("sent", message)
    return message.as_json()


def _where_named(world: TelegramState, room: ChatState, call: BotApiCall) -> tuple[int | None, bool]:
    return room.thread(call.number("message_thread_id"), world.bot)


def _where_pressed(world: TelegramState, room: ChatState, pressed: Query[CallbackAnswer]) -> tuple[int | None, bool]:
    """The thread of the message that was pressed. In a forum's General topic that may be a thread of replies, which
    nobody could name."""
    if room.forum and pressed.thread_id not in room.topics:
        return None, False
    return room.thread(pressed.thread_id or 0, world.bot)


def _author(world: TelegramState, room: ChatState) -> dict[str, Any]:
    author = {"sender_chat": room} if room.kind == "channel" else {"sender": world.bot}
    return {"by_bot": True, **author}


def _reply_to(room: ChatState, call: BotApiCall) -> TelegramMessage | None:
    wanted = call.value("reply_parameters")
    if not wanted or "ephemeral_message_id" in wanted:
        return None
    if "message_id" not in wanted:
        raise bad_request('can\'t find field "message_id"')
    message = room.messages.get(int(wanted["message_id"]))
    may_be_gone = wanted.get("allow_sending_without_reply") and not call.value(OBJECT)
    if message is None and not may_be_gone:
        raise bad_request("message to be replied not found")
    return message


def _thread_of(message: TelegramMessage) -> tuple[int | None, bool]:
    """A reply in a supergroup continues the thread, or begins one at the message it answers."""
    if message.room.kind != "supergroup":
        return None, False
    return message.thread_id or message.id, message.in_topic


def _document(world: TelegramState, call: BotApiCall) -> TelegramDocument:
    given = call.text("document")
    upload = call.files.get(given.removeprefix("attach://") or "document")
    if upload is None:
        return _known_document(world, given)
    if not upload.content:
        raise bad_request("file must be non-empty")
    file_id = "file-" + hashlib.sha256(upload.content).hexdigest()[:24]
    return TelegramDocument(upload.name, upload.content, upload.media_type, file_id)


def _known_document(world: TelegramState, file_id: str) -> TelegramDocument:
    every = [message for room in world.chats.values() for message in room.messages.values()]
    for message in every:
        if message.document is not None and message.document.file_id == file_id:
            return message.document
    raise bad_request("wrong file identifier/HTTP URL specified")


def _own_message(world: TelegramState, call: BotApiCall, purpose: str) -> TelegramMessage:
    if not call.value("chat_id") and not call.value("inline_message_id"):
        raise bad_request("message identifier is not specified")
    if not call.value("chat_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    room = world.reachable(call)
    if not call.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = room.messages.get(call.number("message_id"))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    if not message.by_bot or message.service:
        raise bad_request("message can't be edited")
    return message


def _refuse_unchanged(
    message: TelegramMessage, content: FormattedText, markup: dict[str, Any] | None, rich: RichContent | None = None
) -> None:
    same_text = (message.content.text, message.content.entities) == (content.text, content.entities)
    same_text = same_text and (message.rich and message.rich.blocks) == (rich and rich.blocks)
    if same_text and (message.reply_markup or None) == markup:
        raise not_modified()


def _edited(message: TelegramMessage, content: FormattedText, markup: dict[str, Any] | None) -> dict[str, Any]:
    check_on_sending(markup)
    message.content, message.reply_markup = content, markup
    message.edits += 1
    message.room.report("edited", message)
    return message.as_json()


def _may_delete(world: TelegramState, message: TelegramMessage) -> bool:
    everything = message.room.kind == "private" or message.room.status_of(world.bot.id) in ADMIN_STATUSES
    return message.by_bot or everything
