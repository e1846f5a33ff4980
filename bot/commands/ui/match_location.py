"""Where a paper says it, as a note beside its title."""

from __future__ import annotations

from bot.i18n import LazyText, t
from bot.matching import Decision, MatchLocation, MatchReason
from bot.rendering.match_reasons import location_text


def match_location(decision: Decision) -> LazyText | None:
    """Where the paper says it, if its title doesn't show that: *twice in the abstract*, *“flow matching”*."""
    in_title = [reason for reason in decision.reasons if reason.place is MatchLocation.TITLE]
    if any(_is_topic_wording(reason) for reason in in_title):
        return None
    if in_title:
        return t("“{found}”", found=in_title[0].found)
    return next(filter(None, map(_location_note, decision.reasons)), None)


def _location_note(reason: MatchReason) -> LazyText | None:
    """Who wrote it needs no word: it stands under every title, and so do the votes."""
    if reason.place is MatchLocation.RANK:
        return t("place {n} of its day", n=reason.count)
    place = None if reason.place in (MatchLocation.AUTHOR, MatchLocation.ORG) else location_text(reason)
    if place is None or reason.place is MatchLocation.WORDS or _is_topic_wording(reason):
        return place
    return t("“{found}” {place}", found=reason.found, place=place)


def _is_topic_wording(reason: MatchReason) -> bool:
    """Whether the paper says it in the topic's own words, give or take a plural."""
    return _singular(reason.found) == _singular(reason.wanted)


def _singular(words: str) -> str:
    return words.casefold().replace("-", " ").rstrip("s")
