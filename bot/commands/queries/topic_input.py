"""Topics as people type them: read, with help where they can't be read, and found again among those followed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.chats import Subscription
from bot.errors import InputError
from bot.i18n import t
from bot.matching.text.tokenizer import folded_words
from bot.tldr import truncate_at_word
from bot.topics import And, Expression, Field, Not, Or, Phrase, Subject, Topic
from bot.topics.formatter import format_short, format_topic
from bot.topics.parser import parse

MAX_SUGGESTIONS = 5
REPLACEMENT_ARROW = "=>"
# The longest title of 10,000 has 23.
MAX_SUBJECT_WORDS = 64
MAX_WORDS_REPEATED = 200  # characters
SUGGESTED_WORDS = 5


def parse_topic(text: str, command: str) -> Topic:
    """The topic that ``text`` means. Raises InputError where it can't be read, its suggestions being whole commands
    (``command`` and a topic)."""
    try:
        topic = parse(text)
        _check_subject_sizes(topic)
        return topic
    except InputError as mistake:
        suggestions = tuple(f"{command} {topic}" for topic in mistake.suggestions)
        raise InputError(
            mistake.message, input=mistake.input or text, span=mistake.span, suggestions=suggestions
        ) from mistake


def _check_subject_sizes(topic: Topic) -> None:
    """Raises InputError for a subject of more words than any title has, however they are joined (``a/a/a``)."""
    for words in _texts(topic.expression):
        count = len(folded_words(words))
        if count > MAX_SUBJECT_WORDS:
            raise InputError(
                t("A subject has at most {most} words, this one has {n}.", most=MAX_SUBJECT_WORDS, n=count),
                input=truncate_at_word(words, MAX_WORDS_REPEATED),
                suggestions=(" ".join(folded_words(words)[:SUGGESTED_WORDS]),),
            )


def _texts(expression: Expression) -> Iterator[str]:
    """Everything that is looked for side by side."""
    match expression:
        case Subject(words, synonyms):
            yield from (words, *(synonyms or ()))
        case Phrase(words) | Field(value=words):
            yield words
        case Not(inner):
            yield from _texts(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _texts(part)


def parse_replacement(argument: str, command: str) -> tuple[Topic, Topic]:
    """The topic and its new form in ``OLD => NEW``. Raises InputError."""
    old, _, new = (part.strip() for part in argument.partition(REPLACEMENT_ARROW))
    if old and new:
        return parse_topic(old, "subscribe"), parse_topic(new, "subscribe")
    raise InputError(
        t("Say which topic and its new form: <code>{form}</code>", form=f"{command} OLD {REPLACEMENT_ARROW} NEW"),
        input=argument,
        suggestions=("topics",),
    )


def find_subscription(subscriptions: Sequence[Subscription], topic: Topic) -> Subscription | None:
    """The subscription to this topic, whichever synonyms count for it: the very one first."""
    wanted = format_short(topic).casefold()
    same = [each for each in subscriptions if format_short(each.topic).casefold() == wanted]
    return next((each for each in same if each.topic == topic), same[0] if same else None)


def resolve_subscription(subscriptions: Sequence[Subscription], text: str, command: str) -> Subscription:
    """The subscription a person names by number or by its topic, however it is written.

    Raises InputError with the nearest ones where none is meant.
    """
    if text.isdecimal():
        return _find_by_number(subscriptions, int(text), command)
    found = _find_by_spelling(subscriptions, text) or _find_equal_topic(subscriptions, text)
    if found is None:
        raise _not_followed_error(subscriptions, text, command)
    return found


def _find_by_spelling(subscriptions: Sequence[Subscription], text: str) -> Subscription | None:
    spelt = {form(each.topic).casefold(): each for form in (format_short, format_topic) for each in subscriptions}
    return spelt.get(text.casefold())


def _find_by_number(subscriptions: Sequence[Subscription], number: int, command: str) -> Subscription:
    found = next((each for each in subscriptions if each.number == number), None)
    if found is None:
        raise InputError(
            t("There is no topic number {number}; the list has {n}.", number=number, n=len(subscriptions)),
            suggestions=tuple(f"{command} {format_short(each.topic)}" for each in subscriptions[:MAX_SUGGESTIONS]),
        )
    return found


def _find_equal_topic(subscriptions: Sequence[Subscription], text: str) -> Subscription | None:
    try:
        return find_subscription(subscriptions, parse(text))
    except InputError:
        return None


def _not_followed_error(subscriptions: Sequence[Subscription], text: str, command: str) -> InputError:
    topics = {format_short(each.topic).casefold(): format_short(each.topic) for each in subscriptions}
    close = difflib.get_close_matches(text.casefold(), topics, n=3, cutoff=0.5)
    near = [topics[folded] for folded in close or list(topics)[:MAX_SUGGESTIONS]]
    return InputError(
        t("You don’t follow <b>{topic}</b>. Did you mean one of these?", topic=text)
        if near
        else t("You don’t follow <b>{topic}</b>, nor anything else yet.", topic=text),
        input=text,
        suggestions=tuple(f"{command} {topic}" for topic in near),
    )


def correct_typos(topic: str, unknown: Mapping[str, str]) -> str | None:
    """The topic with every unknown word replaced by the nearest known one; None where nothing changes."""
    right = topic
    for wrong, known in unknown.items():
        right = re.sub(rf"\b{re.escape(wrong)}\b", known, right, flags=re.IGNORECASE)
    return right if right != topic else None
