"""The words that say why a paper came: the topic, and the place in the paper where its title doesn't show it.

On 59 real days 41 % of matches are not visible in the title; there the topic alone would be no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from bot.deliveries import TopicReasons
from bot.errors import InputError
from bot.i18n import LazyText, join_texts, t, tn
from bot.matching import MatchLocation, MatchReason
from bot.tldr import truncate_at_word
from bot.topics.formatter import format_short
from bot.topics.parser import parse

MAX_REASONS_SHOWN: Final = 3
MAX_NAME_CHARACTERS: Final = 40

_LEVEL = re.compile(r"\s+match:(?:strict|normal|wide)$")
_PLURAL = re.compile(r"(?<=[a-z]{2})e?s\b")
_TEXT_PLACES = frozenset(
    {MatchLocation.TITLE, MatchLocation.OPENING, MatchLocation.STATEMENT, MatchLocation.ABSTRACT, MatchLocation.WORDS}
)
_PEOPLE_PLACES = frozenset({MatchLocation.AUTHOR, MatchLocation.ORG})
_QUOTABLE_PLACES = frozenset(
    {MatchLocation.TITLE, MatchLocation.OPENING, MatchLocation.STATEMENT, MatchLocation.ABSTRACT}
)


def match_reasons_text(topics: Iterable[TopicReasons]) -> LazyText:
    """All topics a paper matches, joined by plus signs: *LLM agents (“agentic”) + reasoning, twice in the abstract*.

    Three are named at most; the card behind the paper names them all.
    """
    said = list({repr(words): words for words in map(topic_reason_text, topics)}.values())
    named = join_texts(said[:MAX_REASONS_SHOWN], " + ")
    if len(said) <= MAX_REASONS_SHOWN:
        return t("{topics}", topics=named)
    return t("{topics} + {n} more", topics=named, n=len(said) - MAX_REASONS_SHOWN)


def topic_reason_text(topic: TopicReasons) -> LazyText:
    """One topic and where the paper says it; of a topic with several parts the two that tell most."""
    ranked = next((reason for reason in topic.reasons if reason.place is MatchLocation.RANK), None)
    if ranked is not None:
        return t("{rank}", rank=rank_text(ranked))
    telling = _strongest_reasons(topic.reasons)
    if not telling:
        return t("{topic}", topic=topic_label(topic.topic))
    return t("{reasons}", reasons=join_texts(map(_term_and_location, telling), " + "))


def reason_text(reason: MatchReason) -> LazyText:
    """One reason beside a topic that is named already: *twice in the abstract*, *in the opening*, or the words in the
    title.

    Where the paper uses another form than the topic, that form is quoted: *“agentic”, 3× in the abstract*.
    """
    where = location_text(reason)
    if where is None:
        return t("{found}", found=reason.found or reason.wanted)
    if not _is_other_form(reason):
        return where
    return t("“{found}”, {where}", found=_cut_name(reason.found), where=where)


def location_text(reason: MatchReason) -> LazyText | None:
    """Where the paper says it; None where a reader sees it: in the title, or in the facts of the paper."""
    match reason.place:
        case MatchLocation.OPENING:
            return t("in the opening")
        case MatchLocation.STATEMENT:
            return t("where it says what it does")
        case MatchLocation.ABSTRACT:
            return abstract_count_text(reason.count)
        case MatchLocation.WORDS:
            return t("all its words")
        case MatchLocation.AUTHOR:
            return t("author")
        case MatchLocation.ORG:
            return t("lab")
        case MatchLocation.KEYWORD:
            return t("keyword")
        case MatchLocation.RANK:
            return rank_text(reason)
    return None


def rank_text(reason: MatchReason) -> LazyText:
    """*among the day’s most voted (place 3, 41 votes)*, as it was when its list was ranked."""
    votes = tn("{n} vote", "{n} votes", int(reason.found))
    return t("among the day’s most voted (place {place}, {votes})", place=reason.count, votes=votes)


def topic_label(topic: str) -> str:
    """A formatted topic as a name in a line: without its synonyms, its level and the quotes around a single phrase,
    cut if long."""
    name = _LEVEL.sub("", topic_without_synonyms(topic))
    if name.count('"') == 2 and name.startswith('"') and name.endswith('"'):
        name = name[1:-1]
    return _cut_name(name)


@lru_cache(maxsize=4096)
def topic_without_synonyms(topic: str) -> str:
    """A formatted topic without the synonyms of its subjects; as it stands where it can't be read any more."""
    try:
        return format_short(parse(topic))
    except InputError:
        return topic


def _strongest_reasons(reasons: tuple[MatchReason, ...]) -> list[MatchReason]:
    """What the paper says and who wrote it; keywords, votes, code and days only where there is nothing else."""
    strong = [reason for reason in reasons if reason.place in _TEXT_PLACES | _PEOPLE_PLACES]
    return (strong or [reason for reason in reasons if reason.place is MatchLocation.KEYWORD])[:2]


def _term_and_location(reason: MatchReason) -> LazyText:
    wanted, where = _term_text(reason), location_text(reason)
    return t("{wanted}, {where}", wanted=wanted, where=where) if where else wanted


def _term_text(reason: MatchReason) -> LazyText:
    if not _is_other_form(reason):
        return t("{wanted}", wanted=topic_label(reason.wanted))
    return t("{wanted} (“{found}”)", wanted=topic_label(reason.wanted), found=_cut_name(reason.found))


def abstract_count_text(count: int) -> LazyText:
    """*in the abstract*, *twice in the abstract*, *3× in the abstract*."""
    match count:
        case 0 | 1:
            return t("in the abstract")
        case 2:
            return t("twice in the abstract")
    return t("{n}× in the abstract", n=count)


def _is_other_form(reason: MatchReason) -> bool:
    if reason.place not in _QUOTABLE_PLACES or not reason.found:
        return False
    wanted, found = _comparable(reason.wanted), _comparable(reason.found)
    # Most of several words tells nothing new: *vision-language* of *vision-language models*.
    return wanted != found and not (" " in found and f"{found} " in f"{wanted} ")


def _comparable(words: str) -> str:
    """Without case, hyphens, quotes and plural endings: a reader takes these for the same words."""
    return _PLURAL.sub("", re.sub(r"[\s\"“”_/-]+", " ", words).strip().casefold())


def _cut_name(words: str) -> str:
    return truncate_at_word(words, MAX_NAME_CHARACTERS)
