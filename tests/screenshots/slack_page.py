"""A desk with Slack: channels, threads, windows and Home as the fake holds them. Pure; nothing here knows what
Paperboy says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from tests.fakes.slack import SlackChannel, SlackMessage, SlackView
from tests.screenshots.blocks import BlockRenderer
from tests.screenshots.mrkdwn import render_mrkdwn as mrkdwn
from tests.screenshots.shots import Shot, make_shot

WIDTH: Final = 680
Json = dict[str, Any]

_MESSAGE: Final = Markup(
    '<div class="message {kind}">{aside}<div class="face {who}" data-letter="{letter}"></div><div class="body">'
    '<p class="head"><b>{name}</b>{app} <span>{time}</span></p>{content}{cards}{thread}</div></div>'
)
_PANE: Final = Markup('<div class="pane"><header><b>{head}</b></header>{messages}</div>')
_MODAL: Final = Markup(
    '<div class="behind"><div class="modal"><header><b>{title}</b><span>×</span></header><div class="form">{form}</div>'
    "<footer>{buttons}</footer></div></div>"
)
_HOME: Final = Markup(
    '<div class="home"><header><b>{name}</b><p class="tabs"><u>Home</u> Messages About</p></header>{content}</div>'
)


def channel_page(
    name: str,
    room: SlackChannel,
    messages: Sequence[SlackMessage],
    *,
    menu_of: str = "",
    head: str = "",
    at: str = "09:00",
) -> Shot:
    """Messages in a channel or a conversation with the app; ``menu_of``: the block of which the menu is open.

    ``at`` is the scene's time: the clock leaps while something is posted, and not always as far.
    """
    title = head or (_name_of_app(room) if room.im_with else f"# {room.name}")
    all_messages = Markup().join(_message(each, menu_of, at) for each in messages)
    return make_shot(name, _PANE.format(head=title, messages=all_messages), "slack_page.css", WIDTH)


def modal_page(name: str, view: SlackView) -> Shot:
    json = view.as_json()
    labels = [json[end]["text"] for end in ("close", "submit") if json[end]]
    buttons = Markup().join(
        Markup('<button class="{}">{}</button>').format("primary" if number else "", label)
        for number, label in enumerate(labels)
    )
    blocks = BlockRenderer(view.team.names, json["state"]["values"])
    drawn = _MODAL.format(title=view.title, form=blocks.render(json["blocks"]), buttons=buttons)
    return make_shot(name, drawn, "slack_page.css", WIDTH)


def home_page(name: str, view: SlackView) -> Shot:
    content = BlockRenderer(view.team.names).render(view.as_json()["blocks"])
    return make_shot(name, _HOME.format(name=view.team.bot_name.capitalize(), content=content), "slack_page.css", WIDTH)


def _name_of_app(room: SlackChannel) -> str:
    return room.team.bot_name.capitalize()


def _message(message: SlackMessage, menu_of: str, at: str) -> Markup:
    if message.edits or message.reactions or message.broadcast or message.deleted:
        raise LookupError("an edited, broadcast or deleted message and one with reactions were never drawn")
    names = message.channel.team.names
    json, blocks = message.as_json(), BlockRenderer(names, opened=menu_of)
    name = _name_of_app(message.channel) if message.from_bot else names[message.user]
    return _MESSAGE.format(
        kind="private" if message.ephemeral_for else "",
        aside=Markup('<p class="aside">Only visible to you</p>') if message.ephemeral_for else "",
        who="app" if message.from_bot else "",
        letter=name[0],
        name=name,
        app=Markup(' <span class="badge">APP</span>') if message.from_bot else "",
        time=at,
        content=blocks.render(json["blocks"]) if message.blocks else mrkdwn(json["text"], names),
        cards=Markup().join(_card(card, blocks) for card in message.unfurls.values()),
        thread=_replies(json),
    )


def _card(card: Json, blocks: BlockRenderer) -> Markup:
    if card.keys() != {"blocks"}:
        raise LookupError(f"a card with {card.keys()} was never drawn")
    return Markup('<div class="card">{}</div>').format(blocks.render(card["blocks"]))


def _replies(json: Json) -> Markup:
    count = json.get("reply_count", 0)
    words = "1 reply" if count == 1 else f"{count} replies"
    return Markup('<p class="thread"><a>{}</a></p>').format(words) if count else Markup()
