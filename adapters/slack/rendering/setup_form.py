"""The form that sets up a digest, rendered. Pure; :mod:`adapters.slack.rendering.setup_values` reads it.

Each field's block is named with the destination that the form is about, so that Slack shows fresh values when another
one is chosen. The block of the topics is also named with how many of its lines are followed already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import (
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View as SlackView

from bot.i18n import LazyText, Translator, t
from bot.views import SetupForm

CALLBACK: Final = "setup"
OWN_CONVERSATION: Final = "me"
WHERE: Final = "where"
TOPICS: Final = "topics"
PREVIEW: Final = "preview"
HOUR: Final = "hour"
ZONE: Final = "zone"
DAYS: Final = "days"
SUMMARIES: Final = "summaries"

TYPED: Final = 3000  # what a text field takes
OPTION: Final = 75
PLACES: Final = 99  # of 100 options
CONTEXT: Final = 2900
_DAYS: Final = (
    ("mon", t("Monday")),
    ("tue", t("Tuesday")),
    ("wed", t("Wednesday")),
    ("thu", t("Thursday")),
    ("fri", t("Friday")),
    ("sat", t("Saturday")),
    ("sun", t("Sunday")),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A conversation that a digest can go to."""

    channel: str
    name: str


def render_form(
    form: SetupForm,
    destination: str,
    destinations: Sequence[Destination],
    metadata: str,
    language: str,
    typed: Sequence[str] = (),
) -> dict[str, Any]:
    """The form for ``destination`` (:data:`OWN_CONVERSATION` or a channel's id); ``typed`` are topics that were typed
    into one before.
    """
    translator = Translator(language)
    shown = SlackView(
        type="modal",
        callback_id=CALLBACK,
        title=_plain(translator, t("Paperboy")),
        submit=_plain(translator, t("Save") if form.topics else t("Start")),
        close=_plain(translator, t("Cancel")),
        private_metadata=metadata,
        blocks=list(_fields(form, destination, destinations, translator, typed)),
    )
    return shown.to_dict()


def _fields(
    form: SetupForm, destination: str, destinations: Sequence[Destination], translator: Translator, typed: Sequence[str]
) -> Iterator[InputBlock | ContextBlock]:
    yield _topics(form, destination, translator, typed)
    yield preview_block(translator.plain_text(t("The last 7 days appear here while you type.")))
    yield _where(destination, destinations, translator)
    hour = TimePickerElement(action_id=HOUR, initial_time=f"{form.hour:%H:%M}")
    yield InputBlock(block_id=f"{HOUR}:{destination}", label=_plain(translator, t("When")), element=hour)
    zone = PlainTextInputElement(action_id=ZONE, initial_value=form.zone or None, max_length=100)
    hint = _plain(translator, t("A city or zone, such as Berlin or Europe/Berlin"))
    yield InputBlock(
        block_id=f"{ZONE}:{destination}", label=_plain(translator, t("Time zone")), element=zone, hint=hint
    )
    yield _days(form, destination, translator)
    yield _summaries(form, destination, translator)


def _topics(form: SetupForm, destination: str, translator: Translator, typed: Sequence[str]) -> InputBlock:
    """All topics, one a line; where they don't fit, only what is to be added."""
    known = "\n".join(form.topics)
    fits = len(known) <= TYPED - 200
    element = PlainTextInputElement(
        action_id=TOPICS,
        multiline=True,
        max_length=TYPED,
        initial_value="\n".join([*(form.topics if fits else ()), *typed])[:TYPED] or None,
        placeholder=_plain(translator, t("diffusion")),
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_character_entered"]),
    )
    hint = t("One a line: words, author:name, org:lab. Take a line out to stop a topic.")
    if not fits:
        hint = t("{n} topics are followed already; what you type here is added.", n=len(form.topics))
    return InputBlock(
        block_id=f"{TOPICS}:{destination}:{len(form.topics) if fits else 0}",
        label=_plain(translator, t("Topics")),
        element=element,
        hint=_plain(translator, hint),
        dispatch_action=True,
        optional=bool(form.topics),
    )


def _where(destination: str, destinations: Sequence[Destination], translator: Translator) -> InputBlock:
    mine = Option(text=_plain(translator, t("Just me, as a direct message")), value=OWN_CONVERSATION)
    options = [mine, *(_channel_option(each) for each in destinations[:PLACES])]
    chosen = next((each for each in options if each.value == destination), mine)
    return InputBlock(
        block_id=WHERE,
        label=_plain(translator, t("Where")),
        element=StaticSelectElement(action_id=WHERE, options=options, initial_option=chosen),
        hint=_plain(translator, t("A channel is missing? Invite me there first: /invite @Paperboy")),
        dispatch_action=True,
    )


def _channel_option(destination: Destination) -> Option:
    name = f"#{destination.name or destination.channel}"
    return Option(text=PlainTextObject(text=name[:OPTION], emoji=False), value=destination.channel)


def _days(form: SetupForm, destination: str, translator: Translator) -> InputBlock:
    options = [Option(text=_plain(translator, name), value=value) for value, name in _DAYS]
    chosen = [option for number, option in enumerate(options) if number in form.days]
    element = StaticMultiSelectElement(action_id=DAYS, options=options, initial_options=chosen)
    return InputBlock(block_id=f"{DAYS}:{destination}", label=_plain(translator, t("Days")), element=element)


def _summaries(form: SetupForm, destination: str, translator: Translator) -> InputBlock:
    choices = sorted({*form.choices, form.summaries})
    options = [Option(text=_plain(translator, _layout(n)), value=str(n)) for n in choices]
    element = StaticSelectElement(
        action_id=SUMMARIES, options=options, initial_option=options[choices.index(form.summaries)]
    )
    hint = t("Of a long day; the others stand there as titles, with their summaries in the thread.")
    return InputBlock(
        block_id=f"{SUMMARIES}:{destination}",
        label=_plain(translator, t("Layout")),
        element=element,
        hint=_plain(translator, hint),
    )


def _layout(summaries: int) -> LazyText:
    return t("{n} papers with summary", n=summaries) if summaries else t("Titles only")


def preview_block(text: str) -> ContextBlock:
    return ContextBlock(block_id=PREVIEW, elements=[MarkdownTextObject(text=text[:CONTEXT], verbatim=True)])


def _plain(translator: Translator, text: LazyText) -> PlainTextObject:
    return PlainTextObject(text=translator.plain_text(text), emoji=False)
