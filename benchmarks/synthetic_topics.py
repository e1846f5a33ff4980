"""Topics made up for measuring: words that follow each other in titles, a tenth of them with a further condition."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from bot.errors import InputError
from bot.papers import Paper
from bot.topics.formatter import format_topic
from bot.topics.parser import parse

_WORD = re.compile(r"[^\W\d_][\w-]+")
_CONDITIONS = (" upvotes>=5", " has:code", " -survey", " match:wide", " match:strict")
_CONDITIONED = 0.1


def generate_topics(count: int, papers: Sequence[Paper]) -> list[str]:
    """``count`` distinct topics of one to three words, as printed, the same ones at every call.

    Half of them have two words and a quarter one or three; about that is what people type.
    """
    chance = random.Random(20260818)
    found: dict[str, None] = {}
    for text in _draw_topic(papers, chance):
        found.setdefault(text)
        if len(found) == count:
            break
    return list(found)


def _draw_topic(papers: Sequence[Paper], chance: random.Random) -> Iterator[str]:
    while True:
        words = _WORD.findall(chance.choice(papers).title)
        length = chance.choice((1, 2, 2, 3))
        if len(words) < length:
            continue
        first = chance.randrange(len(words) - length + 1)
        text = " ".join(words[first : first + length])
        if chance.random() < _CONDITIONED:
            text += chance.choice(_CONDITIONS)
        try:
            yield format_topic(parse(text))
        except InputError:
            continue
