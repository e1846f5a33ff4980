"""Who sees an answer in a group, decided without a network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.telegram.events.ephemeral import (
    EphemeralTarget,
    ReplyContext,
    is_private,
    offers_more,
    replaces_pressed,
    reply_context_of,
    routes,
)
from adapters.telegram.events.events import Actor, ButtonPressed, ChatRef, MessageReceived
from bot.chats import ChatKind
from bot.i18n import t
from bot.views import Button, Buttons, InputErrorBlock, TextBlock, View

ANNA = Actor(7, "Anna")
ANONYMOUS, GUEST = Actor(-100, "Lab", admin=True), Actor(-200, "News", admin=False)
GROUP = ChatRef(-100, ChatKind.GROUP)
PUBLIC = View((TextBlock(t("the newest list")),))
PRIVATE = View((TextBlock(t("settings")),), private=True)
ALOUD, UNSEEN, PRESS = (
    ReplyContext(ANNA, message_id=5),
    ReplyContext(ANNA, ephemeral_id=3),
    ReplyContext(ANNA, 5, query_id="q"),
)
PRESS_UNSEEN = ReplyContext(ANNA, ephemeral_id=3, query_id="q")


@pytest.mark.parametrize(
    ("view", "place", "question", "alone"),
    [
        (PRIVATE, GROUP, ALOUD, True),
        (PRIVATE, GROUP, PRESS, True),
        (PUBLIC, GROUP, ALOUD, False),
        (PUBLIC, GROUP, PRESS, False),
        (PUBLIC, GROUP, UNSEEN, True),
        (PUBLIC, GROUP, PRESS_UNSEEN, True),
        (replace(PRIVATE, post_publicly=True), GROUP, UNSEEN, False),
        (PRIVATE, GROUP, None, False),
        (PRIVATE, GROUP, ReplyContext(ANONYMOUS, 5), False),
        (PRIVATE, GROUP, ReplyContext(GUEST, 5), False),
        (PRIVATE, ChatRef(7, ChatKind.PRIVATE), ALOUD, False),
        (PRIVATE, ChatRef(-1, ChatKind.CHANNEL), ALOUD, False),
    ],
)
def test_what_is_for_one_alone(view: View, place: ChatRef, question: ReplyContext | None, alone: bool) -> None:
    assert is_private(view, place, question) is alone


@pytest.mark.parametrize(
    ("question", "because"),
    [
        (ALOUD, []),
        (UNSEEN, [EphemeralTarget(7, reply_to_ephemeral_id=3)]),
        (PRESS, [EphemeralTarget(7, query_id="q")]),
        (PRESS_UNSEEN, [EphemeralTarget(7, query_id="q")]),
    ],
)
def test_how_it_is_sent(question: ReplyContext, because: list[EphemeralTarget]) -> None:
    """What it answers allows it for seconds, the bot's rights at any time."""
    assert list(routes(question, bot_is_admin=False)) == because
    assert list(routes(question, bot_is_admin=True)) == [*because, EphemeralTarget(7)]


def test_the_parameters_of_each_way() -> None:
    for_anna = {"ephemeral_message_parameters": {"receiver_user_id": 7}}
    assert EphemeralTarget(7).options() == {"api_kwargs": for_anna}
    assert EphemeralTarget(7, reply_to_ephemeral_id=3).options() == {
        "api_kwargs": for_anna | {"reply_parameters": {"ephemeral_message_id": 3}}
    }
    pressed = EphemeralTarget(7, query_id="q").options()
    assert pressed["api_kwargs"] == {"ephemeral_message_parameters": {"callback_query_id": "q"}}
    assert pressed["chat_id"] is None, "a server that does not know the object has no chat to post it in"


def test_what_takes_the_place_of_what_was_pressed() -> None:
    assert replaces_pressed(PRIVATE, PRESS_UNSEEN)
    assert replaces_pressed(replace(PUBLIC, replaces_message=True), PRESS_UNSEEN)
    assert not replaces_pressed(PUBLIC, PRESS_UNSEEN), "a list of papers comes below"
    assert not replaces_pressed(PRIVATE, PRESS), "what everybody reads stays"


def test_what_an_event_asks() -> None:
    typed = MessageReceived(GROUP, ANNA, "topics", "", 0, to_us=True, ephemeral_id=3)
    pressed = ButtonPressed(GROUP, ANNA, "q", "topics", 5)
    assert (reply_context_of(typed), reply_context_of(pressed)) == (UNSEEN, PRESS)


def test_a_refusal_with_a_way_on_is_more_than_a_notice() -> None:
    way = Buttons(((Button(t("Follow privately"), "preview diffusion"),),))
    assert offers_more(View((InputErrorBlock(t("Only admins.")), way)))
    assert not offers_more(View((InputErrorBlock(t("Only admins.")),)))
    assert not offers_more(View((TextBlock(t("Saved.")), way)))
