"""Topics as people type them: read, with help where they can't be read, and found again among those followed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from bot.chats import Subscription
from bot.errors import UserMistake
from bot.i18n import say
from bot.topics import Topic
from bot.topics.formatter import named, printed
from bot.topics.parser import parse

SUGGESTED = 5
ARROW = "=>"


def read_topic(text: str, command: str) -> Topic:
    """The topic that ``text`` means; a mistake's suggestions come back as commands (``command`` and a topic)."""
    try:
        return parse(text)
    except UserMistake as mistake:
        suggestions = tuple(f"{command} {topic}" for topic in mistake.suggestions)
        raise UserMistake(
            mistake.sentence, text=mistake.text or text, place=mistake.place, suggestions=suggestions
        ) from mistake


def both_forms(argument: str, command: str) -> tuple[Topic, Topic]:
    """The topic and its new form in ``OLD => NEW``. Raises UserMistake."""
    old, _, new = (part.strip() for part in argument.partition(ARROW))
    if old and new:
        return read_topic(old, "subscribe"), read_topic(new, "subscribe")
    raise UserMistake(
        say("Say which topic and its new form: <code>{form}</code>", form=f"{command} OLD {ARROW} NEW"),
        text=argument,
        suggestions=("topics",),
    )


def followed(subscriptions: Sequence[Subscription], topic: Topic) -> Subscription | None:
    """The subscription to this topic, whichever further names count for it: the very one first."""
    wanted = named(topic).casefold()
    same = [each for each in subscriptions if named(each.topic).casefold() == wanted]
    return next((each for each in same if each.topic == topic), same[0] if same else None)


def chosen(subscriptions: Sequence[Subscription], text: str, command: str) -> Subscription:
    """The subscription a person names by number or by its topic, however it is written.

    Raises UserMistake with the nearest ones where none is meant.
    """
    if text.isdecimal():
        return _numbered(subscriptions, int(text), command)
    found = _named_so(subscriptions, text) or _same_topic(subscriptions, text)
    if found is None:
        raise _not_followed(subscriptions, text, command)
    return found


def _named_so(subscriptions: Sequence[Subscription], text: str) -> Subscription | None:
    spelt = {form(each.topic).casefold(): each for form in (named, printed) for each in subscriptions}
    return spelt.get(text.casefold())


def _numbered(subscriptions: Sequence[Subscription], number: int, command: str) -> Subscription:
    found = next((each for each in subscriptions if each.number == number), None)
    if found is None:
        raise UserMistake(
            say("There is no topic number {number}; the list has {n}.", number=number, n=len(subscriptions)),
            suggestions=tuple(f"{command} {named(each.topic)}" for each in subscriptions[:SUGGESTED]),
        )
    return found


def _same_topic(subscriptions: Sequence[Subscription], text: str) -> Subscription | None:
    try:
        return followed(subscriptions, parse(text))
    except UserMistake:
        return None


def _not_followed(subscriptions: Sequence[Subscription], text: str, command: str) -> UserMistake:
    topics = {named(each.topic).casefold(): named(each.topic) for each in subscriptions}
    close = difflib.get_close_matches(text.casefold(), topics, n=3, cutoff=0.5)
    near = [topics[folded] for folded in close or list(topics)[:SUGGESTED]]
    return UserMistake(
        say("You don’t follow <b>{topic}</b>. Did you mean one of these?", topic=text)
        if near
        else say("You don’t follow <b>{topic}</b>, nor anything else yet.", topic=text),
        text=text,
        suggestions=tuple(f"{command} {topic}" for topic in near),
    )


def corrected(topic: str, unknown: Mapping[str, str]) -> str | None:
    """The topic with every unknown word replaced by the nearest known one; None where nothing changes."""
    right = topic
    for wrong, known in unknown.items():
        right = re.sub(rf"\b{re.escape(wrong)}\b", known, right, flags=re.IGNORECASE)
    return right if right != topic else None
