"""The words that say why a paper came: the topic, and the place in the paper where its title doesn't show it.

On 59 real days 41 % of matches are not visible in the title; there the topic alone would be no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from bot.deliveries import TopicReasons
from bot.errors import UserMistake
from bot.i18n import Sentence, listing, say
from bot.matching import Place, Reason
from bot.tldr import shortened
from bot.topics.formatter import named
from bot.topics.parser import parse

TOPICS_NAMED: Final = 3
LONGEST_NAME: Final = 40

_LEVEL = re.compile(r"\s+match:(?:strict|normal|wide)$")
_PLURAL = re.compile(r"(?<=[a-z]{2})e?s\b")
_OF_THE_TEXT = frozenset({Place.TITLE, Place.OPENING, Place.STATEMENT, Place.ABSTRACT, Place.WORDS})
_OF_PEOPLE = frozenset({Place.AUTHOR, Place.ORG})
_FORMS = frozenset({Place.TITLE, Place.OPENING, Place.STATEMENT, Place.ABSTRACT})


def topics_sentence(topics: Iterable[TopicReasons]) -> Sentence:
    """All topics a paper matches, joined by plus signs: *LLM agents (“agentic”) + reasoning, twice in the abstract*.

    Three are named at most; the card behind the paper names them all.
    """
    said = list({repr(words): words for words in map(topic_words, topics)}.values())
    named = listing(said[:TOPICS_NAMED], " + ")
    if len(said) <= TOPICS_NAMED:
        return say("{topics}", topics=named)
    return say("{topics} + {n} more", topics=named, n=len(said) - TOPICS_NAMED)


def topic_words(topic: TopicReasons) -> Sentence:
    """One topic and where the paper says it; of a topic with several parts the two that tell most."""
    telling = _telling(topic.reasons)
    if not telling:
        return say("{topic}", topic=topic_name(topic.topic))
    return say("{reasons}", reasons=listing(map(_wanted_and_place, telling), " + "))


def reason_words(reason: Reason) -> Sentence:
    """One reason beside a topic that is named already: *twice in the abstract*, *in the opening*, or the words in the
    title.

    Where the paper uses another form than the topic, that form is quoted: *“agentic”, 3× in the abstract*.
    """
    where = place_words(reason)
    if where is None:
        return say("{found}", found=reason.found or reason.wanted)
    if not _another_form(reason):
        return where
    return say("“{found}”, {where}", found=_short(reason.found), where=where)


def place_words(reason: Reason) -> Sentence | None:
    """Where the paper says it; None where a reader sees it: in the title, or in the facts of the paper."""
    match reason.place:
        case Place.OPENING:
            return say("in the opening")
        case Place.STATEMENT:
            return say("where it says what it does")
        case Place.ABSTRACT:
            return times_in_abstract(reason.count)
        case Place.WORDS:
            return say("all its words")
        case Place.AUTHOR:
            return say("author")
        case Place.ORG:
            return say("lab")
        case Place.KEYWORD:
            return say("keyword")
    return None


def topic_name(topic: str) -> str:
    """A printed topic as a name in a line: without its further names, its level and the quotes around a single phrase,
    cut if long."""
    name = _LEVEL.sub("", short_name(topic))
    if name.count('"') == 2 and name.startswith('"') and name.endswith('"'):
        name = name[1:-1]
    return _short(name)


@lru_cache(maxsize=4096)
def short_name(topic: str) -> str:
    """A printed topic without the further names of its subjects; as it stands where it can't be read any more."""
    try:
        return named(parse(topic))
    except UserMistake:
        return topic


def _telling(reasons: tuple[Reason, ...]) -> list[Reason]:
    """What the paper says and who wrote it; keywords, votes, code and days only where there is nothing else."""
    strong = [reason for reason in reasons if reason.place in _OF_THE_TEXT | _OF_PEOPLE]
    return (strong or [reason for reason in reasons if reason.place is Place.KEYWORD])[:2]


def _wanted_and_place(reason: Reason) -> Sentence:
    wanted, where = _wanted(reason), place_words(reason)
    return say("{wanted}, {where}", wanted=wanted, where=where) if where else wanted


def _wanted(reason: Reason) -> Sentence:
    if not _another_form(reason):
        return say("{wanted}", wanted=topic_name(reason.wanted))
    return say("{wanted} (“{found}”)", wanted=topic_name(reason.wanted), found=_short(reason.found))


def times_in_abstract(count: int) -> Sentence:
    """*in the abstract*, *twice in the abstract*, *3× in the abstract*."""
    match count:
        case 0 | 1:
            return say("in the abstract")
        case 2:
            return say("twice in the abstract")
    return say("{n}× in the abstract", n=count)


def _another_form(reason: Reason) -> bool:
    if reason.place not in _FORMS or not reason.found:
        return False
    wanted, found = _plain(reason.wanted), _plain(reason.found)
    # Most of several words tells nothing new: *vision-language* of *vision-language models*.
    return wanted != found and not (" " in found and f"{found} " in f"{wanted} ")


def _plain(words: str) -> str:
    """Without case, hyphens, quotes and plural endings: a reader takes these for the same words."""
    return _PLURAL.sub("", re.sub(r"[\s\"“”_/-]+", " ", words).strip().casefold())


def _short(words: str) -> str:
    return shortened(words, LONGEST_NAME)
