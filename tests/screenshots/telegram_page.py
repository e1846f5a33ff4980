"""A phone with Telegram: what the fake holds, drawn as a chat. Pure; nothing here knows what Paperboy says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from tests.screenshots.entities import render_entities
from tests.screenshots.shots import Shot, make_shot

WIDTH: Final = 390
Json = dict[str, Any]

_KNOWN: Final = {"message_id", "date", "chat", "from", "sender_chat", "text", "entities", "reply_markup", "via_bot",
                 "new_chat_members", "chat_shared", "edit_date", "link_preview_options",
                 "reply_to_message", "message_thread_id"}  # fmt: skip
_STYLES: Final = {"": "", "primary": "primary", "danger": "danger"}
_BUTTON: Final = Markup('<button class="{style}">{label}</button>')
_AWAY: Final = {"url", "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"}
_ROW: Final = Markup('<div class="row">{}</div>')
_BUBBLE: Final = Markup(
    '<div class="message {side}"><div class="bubble">{name}{via}{reply}<div class="text">{text}'
    '<p class="time">{time}</p></div></div>{keyboard}</div>'
)
_REPLY: Final = Markup('<div class="reply"><p><b>{}</b></p><p>{}</p></div>')
_VIA: Final = Markup('<p class="author">via @{}</p>')
_HEAD: Final = Markup(
    '<header><div class="face" data-letter="{face}"></div><div><p><b>{title}</b></p><p>{status}</p></div></header>'
)


def chat_page(
    name: str,
    messages: Sequence[Json],
    *,
    me: int,
    title: str = "Paperboy",
    status: str = "bot",
    below: Markup | None = None,
    at: str = "09:00",
) -> Shot:
    """``messages`` as the Bot API has them (LookupError for one with a part that was never drawn), ``me`` whose
    phone it is; ``below`` stands in the keyboard's place.

    ``at`` is the scene's time: the clock leaps while something is delivered, and not always as far.
    """
    head = _HEAD.format(face=title[0], title=title, status=status)
    chat = Markup('<div class="chat">{}</div>').format(Markup().join(_message(each, me, at) for each in messages))
    return make_shot(name, head + chat + (below or Markup()), "telegram_page.css", WIDTH)


def keyboard_markup(rows: Sequence[Sequence[str]]) -> Markup:
    """Labels in the place of the phone's own keyboard."""
    drawn_rows = Markup().join(_ROW.format(Markup().join(_plain_button(each) for each in row)) for row in rows)
    return Markup('<div class="keys">{}</div>').format(drawn_rows)


def inline_results(typed: str, results: Sequence[Json], button: Json) -> Markup:
    """What is offered above the line in which somebody types ``@bot words``."""
    head = Markup('<p class="above"><button>{}</button></p>').format(button["text"]) if button else Markup()
    found = Markup().join(_result(each) for each in results)
    line = Markup('<footer class="typed">{}</footer>').format(typed)
    return Markup('<div class="results">{}{}</div>{}').format(head, found, line)


def _result(result: Json) -> Markup:
    if result["type"] != "article":
        raise LookupError(result["type"])
    row = Markup(
        '<div class="result"><div class="face" data-letter="{}"></div><div><p><b>{}</b></p><p>{}</p></div></div>'
    )
    return row.format(result["title"][0], result["title"], result["description"])


def _message(message: Json, me: int, at: str) -> Markup:
    strange = message.keys() - _KNOWN
    if strange or message.get("link_preview_options", {}).get("prefer_large_media"):
        raise LookupError(f"{strange or 'a large preview'} was never drawn")
    service = _service(message)
    if service:
        return Markup('<div class="service">{}</div>').format(service)
    mine = message.get("from", {}).get("id") == me
    return _BUBBLE.format(
        side="mine" if mine else "theirs",
        name="" if mine or message["chat"]["type"] == "private" else _author(message),
        via=_VIA.format(message["via_bot"]["username"]) if "via_bot" in message else "",
        reply=_replied_to(message["reply_to_message"]) if "reply_to_message" in message else "",
        text=render_entities(message["text"], message.get("entities", [])),
        time=at,
        keyboard=_inline_keyboard(message.get("reply_markup", {})),
    )


def _author(message: Json) -> Markup:
    return Markup('<p class="author">{}</p>').format(_name(message))


def _replied_to(message: Json) -> Markup:
    return _REPLY.format(_name(message), _service(message) or message["text"])


def _name(message: Json) -> str:
    name: str = message["sender_chat"]["title"] if "sender_chat" in message else message["from"]["first_name"]
    return name


def _service(message: Json) -> str:
    """What Telegram itself writes about a chat; '' for a message."""
    if "new_chat_members" in message:
        return f"{message['from']['first_name']} added {message['new_chat_members'][0]['first_name']}"
    if "chat_shared" in message:
        return f"You chose {message['chat_shared']['title']}"
    return ""


def _inline_keyboard(markup: Json) -> Markup:
    rows = markup.get("inline_keyboard", [])
    return Markup().join(_ROW.format(Markup().join(_inline_button(button) for button in row)) for row in rows)


def _inline_button(button: Json) -> Markup:
    style = _STYLES[button.get("style", "")]
    away = " away" if _AWAY & button.keys() else ""
    return _BUTTON.format(style=style + away, label=button["text"])


def _plain_button(label: str) -> Markup:
    return _BUTTON.format(style="", label=label)
