"""A preview in words: the answer to following a topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.asking_topics import corrected
from bot.commands.buttons import ROOM, button, in_rows, primary, short
from bot.commands.preview import WEEK_DAYS, Narrowing, Preview
from bot.digests.deciding import Match
from bot.digests.reasons import place_words
from bot.matching import Decision, Place, Reason
from bot.sentences import Sentence, Value, say, say_n
from bot.topics import Field, MatchLevel, Phrase, Subject
from bot.topics.explained import explained
from bot.topics.printed import printed
from bot.topics.tree import FieldName
from bot.views import Block, Button, Line, SmallPrint, TitleLine, Titles

TITLES = 3
EARLIER_TITLES = 2
MANY_LABS = 3


def understood(preview: Preview) -> list[Block]:
    """How the topic was read, where that isn't plain to see."""
    match preview.topic.expression:
        case Subject() | Phrase() if preview.topic.level is MatchLevel.NORMAL:
            return []
        case Field(FieldName.AUTHOR):
            return []
        case Field(FieldName.ORG):
            return [SmallPrint(say("A third of the papers name no lab; those I can’t see."))]
    return [SmallPrint(say("Read as: {topic}", topic=explained(preview.topic)))]


def brought(preview: Preview) -> list[Block]:
    """What the last seven days would have brought, and where the paper says so."""
    if not preview.listed:
        return [Line(_nothing_read(preview))]
    if not preview.week:
        found: list[Block] = [Line(_empty_week(preview)), *_earlier(preview), *_patience(preview)]
    elif preview.too_many:
        found = [Line(_a_lot(preview))]
    else:
        found = [Line(_count(preview)), *_titles(preview.week[:TITLES])]
    return [*found, *_people(preview), *_still_reading(preview)]


def _nothing_read(preview: Preview) -> Sentence:
    if not preview.archive.papers:
        return say("I am still fetching the papers. Ask again in a minute and I can say what it brings.")
    return say("No paper was listed in the last 7 days.")


def _count(preview: Preview) -> Sentence:
    """*Last 7 days: 9 of 108 papers, at most 4 a day.*"""
    found, busiest = len(preview.week), preview.busiest
    if found == 1:
        return say("Last 7 days: <b>1 of {listed}</b> papers.", listed=preview.listed)
    return say(
        "Last 7 days: <b>{found} of {listed}</b> papers, at most {busiest} a day.",
        found=found,
        listed=preview.listed,
        busiest=busiest,
    )


def _a_lot(preview: Preview) -> Sentence:
    return say(
        "Last 7 days: <b>{found} of {listed}</b> papers, up to {busiest} a day. That is a lot: five come with a "
        "summary, the others as titles.",
        found=len(preview.week),
        listed=preview.listed,
        busiest=preview.busiest,
    )


def _empty_week(preview: Preview) -> Sentence:
    if preview.unknown:
        wrong, known = next(iter(preview.unknown.items()))
        return say("No paper says <b>{wrong}</b>. Did you mean <b>{known}</b>?", wrong=wrong, known=known)
    if preview.earlier:
        return _rare(preview)
    if isinstance(preview.topic.expression, Field) and preview.topic.expression.name is FieldName.AUTHOR:
        return say(
            "No paper by that name since {first}. I match it as Hugging Face lists it.",
            first=_known_since(preview),
        )
    return say(
        "Nothing in the last 7 days ({listed} papers), and none of the {papers} papers I know since {first}.",
        listed=preview.listed,
        papers=preview.archive.papers,
        first=_known_since(preview),
    )


def _rare(preview: Preview) -> Sentence:
    """*It is rare here: 2 papers in the last 12 weeks, the latest on Fri 12 Jun.*"""
    reach = say("in the last 12 weeks") if preview.twelve_weeks else say("since {day}", day=_known_since(preview))
    return say(
        "Nothing in the last 7 days ({listed} papers). It is rare here: {found} {reach}, the latest on {latest}:",
        listed=preview.listed,
        found=say_n("{n} paper", "{n} papers", len(preview.earlier)),
        reach=reach,
        latest=preview.earlier[0].paper.listed_on,
    )


def _known_since(preview: Preview) -> Value:
    return preview.archive.first_day or ""


def _earlier(preview: Preview) -> list[Block]:
    return _titles(preview.earlier[:EARLIER_TITLES], dated=True)


def _patience(preview: Preview) -> list[Block]:
    """What else there is, and that it goes on looking."""
    watching = say("You hear from me when one comes.")
    if preview.mentions < 1:
        return [Line(watching)]
    more = say_n("1 more only mentions it.", "{n} more only mention it.", preview.mentions)
    return [Line(say("{more} {watching}", more=more, watching=watching))]


def _people(preview: Preview) -> list[Block]:
    if preview.labs < MANY_LABS:
        return []
    return [
        Line(
            say(
                "They come from {labs} labs: perhaps several people of that name. A lab tells them apart: "
                "<code>{topic} org:…</code>",
                labs=preview.labs,
                topic=printed(preview.topic),
            )
        )
    ]


def _still_reading(preview: Preview) -> list[Block]:
    if preview.days_read >= WEEK_DAYS or preview.archive.sample:
        return []
    return [SmallPrint(say("I have read {n} of the last 7 days so far; the others follow.", n=preview.days_read))]


def _titles(found: Sequence[Match], *, dated: bool = False) -> list[Block]:
    return [
        Titles(
            tuple(
                TitleLine(
                    match.paper,
                    day=match.paper.listed_on if dated else None,
                    upvotes=False,
                    note=where(match.decision),
                )
                for match in found
            )
        )
    ]


def where(decision: Decision) -> Sentence | None:
    """Where the paper says it, if its title doesn't show that: *twice in the abstract*, *flow matching*."""
    in_title = [reason for reason in decision.reasons if reason.place is Place.TITLE]
    if any(_by_its_name(reason) for reason in in_title):
        return None
    if in_title:
        return say("{found}", found=in_title[0].found)
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


def preview_buttons(preview: Preview) -> list[tuple[Button, ...]]:
    """What to do with it: read it all, have it now, take less, or less strictly."""
    topic = printed(preview.topic)
    narrower = _narrower(preview.narrower, topic) if preview.too_many else []
    return [*_reading(preview, topic), *narrower, *_wider(preview)]


def _reading(preview: Preview, topic: str) -> list[tuple[Button, ...]]:
    if preview.week:
        label = say("Show all {n}", n=len(preview.week)) if len(preview.week) > 1 else say("Show it")
        return [(button(label, f"week {topic}"), primary(say("Send me today’s now"), "digest"))]
    if preview.earlier:
        label = say_n("Show it", "Show the {n}", len(preview.earlier))
        return [(button(label, f"search {topic}"),)]
    return []


def _narrower(narrower: Sequence[Narrowing], topic: str) -> list[tuple[Button, ...]]:
    """Each with its price in papers of the week; pressing one follows it instead."""
    buttons = [
        button(say("{what} ({n})", what=each.label, n=each.papers), f"change {topic} => {each.topic}")
        for each in narrower
    ]
    return in_rows(buttons, 2)


def _wider(preview: Preview) -> list[tuple[Button, ...]]:
    topic = printed(preview.topic)
    meant = corrected(topic, preview.unknown)
    if meant is not None:
        label = say("{topic} instead", topic=short(meant, ROOM[1] - 8))
        return [(button(label, f"change {topic} => {meant}"),)]
    if preview.week or preview.mentions < 1:
        return []
    count = preview.mentions + len(preview.earlier)
    wide = printed(replace(preview.topic, level=MatchLevel.WIDE))
    return [(button(say("Mentions too ({n})", n=count), f"change {topic} => {wide}"),)]
