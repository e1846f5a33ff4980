"""Where a paper says it, as a note beside its title."""

from __future__ import annotations

from bot.i18n import Sentence, say
from bot.matching import Decision, Place, Reason
from bot.rendering.match_reasons import place_words


def where(decision: Decision) -> Sentence | None:
    """Where the paper says it, if its title doesn't show that: *twice in the abstract*, *“flow matching”*."""
    in_title = [reason for reason in decision.reasons if reason.place is Place.TITLE]
    if any(_by_its_name(reason) for reason in in_title):
        return None
    if in_title:
        return say("“{found}”", found=in_title[0].found)
    return next(filter(None, map(_place, decision.reasons)), None)


def _place(reason: Reason) -> Sentence | None:
    """Who wrote it needs no word: it stands under every title."""
    place = None if reason.place in (Place.AUTHOR, Place.ORG) else place_words(reason)
    if place is None or reason.place is Place.WORDS or _by_its_name(reason):
        return place
    return say("“{found}” {place}", found=reason.found, place=place)


def _by_its_name(reason: Reason) -> bool:
    """Whether the paper says it in the topic's own words, give or take a plural."""
    return _singular(reason.found) == _singular(reason.wanted)


def _singular(words: str) -> str:
    return words.casefold().replace("-", " ").rstrip("s")
