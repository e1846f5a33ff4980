"""Who sees an answer in a group, decided without a network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.telegram.events.ephemeral import ForOne, Question, concerns_one, offers_more, question_of, replaces, ways
from adapters.telegram.events.events import Asker, Place, Pressed, Typed
from bot.chats import ChatKind
from bot.i18n import say
from bot.views import Button, Buttons, Line, Mistake, View

ANNA = Asker(7, "Anna")
ANONYMOUS, GUEST = Asker(-100, "Lab", admin=True), Asker(-200, "News", admin=False)
GROUP = Place(-100, ChatKind.GROUP)
PUBLIC = View((Line(say("the newest list")),))
PRIVATE = View((Line(say("settings")),), private=True)
ALOUD, UNSEEN, PRESS = Question(ANNA, message_id=5), Question(ANNA, ephemeral_id=3), Question(ANNA, 5, query_id="q")
PRESS_UNSEEN = Question(ANNA, ephemeral_id=3, query_id="q")


@pytest.mark.parametrize(
    ("view", "place", "question", "alone"),
    [
        (PRIVATE, GROUP, ALOUD, True),
        (PRIVATE, GROUP, PRESS, True),
        (PUBLIC, GROUP, ALOUD, False),
        (PUBLIC, GROUP, PRESS, False),
        (PUBLIC, GROUP, UNSEEN, True),
        (PUBLIC, GROUP, PRESS_UNSEEN, True),
        (replace(PRIVATE, shared=True), GROUP, UNSEEN, False),
        (PRIVATE, GROUP, None, False),
        (PRIVATE, GROUP, Question(ANONYMOUS, 5), False),
        (PRIVATE, GROUP, Question(GUEST, 5), False),
        (PRIVATE, Place(7, ChatKind.PRIVATE), ALOUD, False),
        (PRIVATE, Place(-1, ChatKind.CHANNEL), ALOUD, False),
    ],
)
def test_what_is_for_one_alone(view: View, place: Place, question: Question | None, alone: bool) -> None:
    assert concerns_one(view, place, question) is alone


@pytest.mark.parametrize(
    ("question", "because"),
    [
        (ALOUD, []),
        (UNSEEN, [ForOne(7, answers=3)]),
        (PRESS, [ForOne(7, query_id="q")]),
        (PRESS_UNSEEN, [ForOne(7, query_id="q")]),
    ],
)
def test_how_it_is_sent(question: Question, because: list[ForOne]) -> None:
    """What it answers allows it for seconds, the bot's rights at any time."""
    assert list(ways(question, bot_is_admin=False)) == because
    assert list(ways(question, bot_is_admin=True)) == [*because, ForOne(7)]


def test_the_parameters_of_each_way() -> None:
    nothing = {"receiver_user_id": 7, "callback_query_id": None}
    assert ForOne(7).options() == nothing
    assert ForOne(7, query_id="q").options() == nothing | {"callback_query_id": "q"}
    assert ForOne(7, answers=3).options() == nothing | {"reply_parameters": {"ephemeral_message_id": 3}}


def test_what_takes_the_place_of_what_was_pressed() -> None:
    assert replaces(PRIVATE, PRESS_UNSEEN)
    assert replaces(replace(PUBLIC, in_place=True), PRESS_UNSEEN)
    assert not replaces(PUBLIC, PRESS_UNSEEN), "a list of papers comes below"
    assert not replaces(PRIVATE, PRESS), "what everybody reads stays"


def test_what_an_event_asks() -> None:
    typed = Typed(GROUP, ANNA, "topics", "", 0, to_us=True, ephemeral_id=3)
    pressed = Pressed(GROUP, ANNA, "q", "topics", 5)
    assert (question_of(typed), question_of(pressed)) == (UNSEEN, PRESS)


def test_a_refusal_with_a_way_on_is_more_than_a_notice() -> None:
    way = Buttons(((Button(say("Follow privately"), "preview diffusion"),),))
    assert offers_more(View((Mistake(say("Only admins.")), way)))
    assert not offers_more(View((Mistake(say("Only admins.")),)))
    assert not offers_more(View((Line(say("Saved.")), way)))
