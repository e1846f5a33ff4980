"""A missing argument, asked for in a small form (a modal)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View as SlackView

from adapters.slack.events.events import Inbound
from adapters.slack.rendering.private_metadata import metadata
from bot.i18n import Sentence, Translator, say
from bot.views import Line, Mistake, Question, View

FIELD: Final = "argument"
CALLBACK: Final = "question"
TITLE: Final = 24  # characters
LABEL: Final = 200
PLACEHOLDER: Final = 150

Json = Mapping[str, Any]


def question_in(view: View) -> Question | None:
    """What the view asks for, if it does."""
    return next((block for block in view.blocks if isinstance(block, Question)), None)


def form(question: Question, inbound: Inbound, language: str) -> Json:
    """The form with its one field; it carries along where its answer belongs."""
    translator = Translator(language)

    def text(sentence: Sentence, room: int) -> PlainTextObject:
        return PlainTextObject(text=translator.text(sentence)[:room], emoji=False)

    field = PlainTextInputElement(
        action_id=FIELD,
        placeholder=text(question.placeholder, PLACEHOLDER) if question.placeholder else None,
        focus_on_load=True,
    )
    drawn = SlackView(
        type="modal",
        callback_id=CALLBACK,
        title=PlainTextObject(text="Paperboy", emoji=False),
        submit=text(say("OK"), TITLE),
        close=text(say("Cancel"), TITLE),
        private_metadata=metadata(inbound.channel, inbound.thread_ts, command=question.command),
        blocks=[InputBlock(block_id=FIELD, label=text(question.sentence, LABEL), element=field)],
    )
    return drawn.to_dict()


def errors_at_field(view: View) -> Json | None:
    """The mistake in what was filled in, as the form shows it at its field; None if there is none.

    https://docs.slack.dev/surfaces/modals#displaying_errors
    """
    mistake = next((block for block in view.blocks if isinstance(block, Mistake)), None)
    if mistake is None:
        return None
    translator = Translator(view.language)
    said = [translator.text(block.sentence) for block in view.blocks if isinstance(block, Mistake | Line)]
    return {"response_action": "errors", "errors": {FIELD: " ".join(said)}}
