"""Plain words that are somebody's name or a lab's: a topic finds them in no title, a field does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.commands.alternatives import Form
from bot.commands.services import Services
from bot.digests.deciding import matches
from bot.sentences import say
from bot.topics import Field, Subject, Topic
from bot.topics.tree import FieldName

MOST_WORDS = 6


async def names_meant(services: Services, topic: Topic, first: date, last: date) -> tuple[Form, ...]:
    """The author and the lab that the topic's words name, each with its papers from ``first`` to ``last``; none where
    the topic is more than words."""
    found = []
    for field in _fields(topic):
        named = Topic(field)
        if papers := await matches(services.storage, services.index, named, first, last):
            label = say("The author {name}", name=field.value)
            if field.name is FieldName.ORG:
                label = say("The lab {name}", name=field.value)
            found.append(Form(label, named, len(papers)))
    return tuple(found)


def _fields(topic: Topic) -> Iterator[Field]:
    if not isinstance(topic.expression, Subject):
        return
    words = topic.expression.words
    if 1 < len(words.split()) <= MOST_WORDS:
        yield Field(FieldName.AUTHOR, words)
    if len(words.split()) <= MOST_WORDS:
        yield Field(FieldName.ORG, words)
