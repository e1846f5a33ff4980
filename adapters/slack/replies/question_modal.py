"""A missing argument, asked for in a small form (a modal)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View as SlackView

from adapters.slack.rendering.private_metadata import ThreadRef, build_metadata
from bot.i18n import LazyText, Translator, t
from bot.views import InputErrorBlock, Prompt, TextBlock, View

FIELD: Final = "argument"
CALLBACK: Final = "question"
TITLE: Final = 24  # characters
LABEL: Final = 200
PLACEHOLDER: Final = 150

Json = Mapping[str, Any]


def question_in(view: View) -> Prompt | None:
    """What the view asks for, if it does."""
    return next((block for block in view.blocks if isinstance(block, Prompt)), None)


def build_question_modal(question: Prompt, origin: ThreadRef | None, language: str) -> Json:
    """The form with its one field; it carries along where its answer belongs."""
    translator = Translator(language)

    def text(sentence: LazyText, room: int) -> PlainTextObject:
        return PlainTextObject(text=translator.plain_text(sentence)[:room], emoji=False)

    field = PlainTextInputElement(
        action_id=FIELD,
        placeholder=text(question.placeholder, PLACEHOLDER) if question.placeholder else None,
        focus_on_load=True,
    )
    drawn = SlackView(
        type="modal",
        callback_id=CALLBACK,
        title=PlainTextObject(text="Paperboy", emoji=False),
        submit=text(t("OK"), TITLE),
        close=text(t("Cancel"), TITLE),
        private_metadata=build_metadata(origin, command=question.command),
        blocks=[InputBlock(block_id=FIELD, label=text(question.text, LABEL), element=field)],
    )
    return drawn.to_dict()


def question_errors(view: View) -> Json | None:
    """The mistake in what was filled in, as the form shows it at its field; None if there is none.

    https://docs.slack.dev/surfaces/modals#displaying_errors
    """
    mistake = next((block for block in view.blocks if isinstance(block, InputErrorBlock)), None)
    if mistake is None:
        return None
    translator = Translator(view.language)
    said = [translator.plain_text(words) for words in _texts(view)]
    return {"response_action": "errors", "errors": {FIELD: " ".join(said)}}


def _texts(view: View) -> Iterator[LazyText]:
    for block in view.blocks:
        match block:
            case TextBlock(text):
                yield text
            case InputErrorBlock(message):
                yield message
