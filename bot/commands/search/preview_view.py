"""A preview in words: the answer to following a topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.queries.name_matching import asks_for_lab, author_of, lab_of
from bot.commands.search.preview import WEEK_DAYS, Preview
from bot.commands.ui.match_location import where
from bot.decisions.on_the_fly import Match
from bot.i18n import Listing, Sentence, Value, listing, say, say_n
from bot.matching.prefilter.topic_variants import LeftOut, names
from bot.topics import MatchLevel, Phrase, Subject, Topic
from bot.topics.describe import explained
from bot.topics.formatter import expression_printed, named
from bot.topics.simplify import without_names
from bot.views import Block, Line, SmallPrint, TitleLine, Titles

TITLES = 3
EARLIER_TITLES = 2
NAMES_SHOWN = 6


def understood(preview: Preview) -> list[Block]:
    """How the topic was read, where that isn't plain to see, and what counts for it."""
    return [
        *counted_too(preview.topic),
        *_read_as(preview.topic),
        *labs_missing(preview.topic, preview.without_lab, preview.listed),
        *map(_leaves_out, preview.left_out),
    ]


def counted_too(topic: Topic) -> list[Block]:
    """*Counted too: flow matching, rectified flow, DiT*."""
    counted = [] if topic.level is MatchLevel.STRICT else names(topic)
    if not counted:
        return []
    return [Line(say("Counted too: {names}", names=_some(counted, ", ")))]


def _some(found: Sequence[str], separator: str) -> Sentence:
    shown: list[Value] = [*found[:NAMES_SHOWN]]
    if len(found) <= NAMES_SHOWN:
        return say("{names}", names=listing(shown, separator))
    return say("{names} and {n} more", names=listing(shown, separator), n=len(found) - NAMES_SHOWN)


def _read_as(topic: Topic) -> list[Block]:
    match topic.expression:
        case Subject() | Phrase() if topic.level is MatchLevel.NORMAL:
            return []
    if author_of(topic) or lab_of(topic):
        return []
    short = replace(topic, expression=without_names(topic.expression))
    return [SmallPrint(say("Read as: {topic}", topic=explained(short)))]


def labs_missing(topic: Topic, without: int, listed: int) -> list[Block]:
    """Measured on 59 real days: 36 % of the papers name no organisation."""
    if not asks_for_lab(topic.expression):
        return []
    if not without:
        return [SmallPrint(say("About a third of all papers name no lab; those I can’t see."))]
    said = say(
        "About a third of all papers name no lab ({without} of the last {listed}); those I can’t see.",
        without=without,
        listed=listed,
    )
    return [SmallPrint(said)]


def _leaves_out(each: LeftOut) -> Block:
    return SmallPrint(
        say_n(
            "Leaves out {n} paper of the last 7 days about {what}.",
            "Leaves out {n} papers of the last 7 days about {what}.",
            each.papers,
            what=each.what,
        )
    )


def brought(preview: Preview) -> list[Block]:
    """What the last seven days would have brought, and where the paper says so."""
    if not preview.listed:
        return [Line(_nothing_read(preview))]
    if preview.namesakes and preview.namesakes.several:
        found: list[Block] = [Line(_several_people(preview))]
    elif not preview.week:
        found = [Line(_empty_week(preview)), *_earlier(preview), *_patience(preview)]
    elif preview.too_many:
        found = [Line(_a_lot(preview))]
    else:
        found = [Line(_count(preview)), *_titles(preview.week[:TITLES])]
    return [*found, *_two_subjects(preview), *_not_counted(preview), *_still_reading(preview)]


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


def _several_people(preview: Preview) -> Sentence:
    """*12 papers in the last 12 weeks, from 11 labs: probably several people of that name.*"""
    who = preview.namesakes
    return say(
        "{papers} {reach}, from {labs} labs: perhaps several people of that name. A lab or a co-author tells them "
        "apart:",
        papers=say_n("{n} paper", "{n} papers", who.papers if who else 0),
        reach=_reach(preview),
        labs=who.labs if who else 0,
    )


def _reach(preview: Preview) -> Sentence:
    return say("in the last 12 weeks") if preview.twelve_weeks else say("since {day}", day=preview.since)


def _empty_week(preview: Preview) -> Sentence:
    if preview.unknown:
        wrong, known = next(iter(preview.unknown.items()))
        return say("No paper says <b>{wrong}</b>. Did you mean <b>{known}</b>?", wrong=wrong, known=known)
    if preview.earlier:
        return _rare(preview)
    if author_of(preview.topic):
        return _nobody(preview)
    if lab_of(preview.topic):
        return _no_such_lab(preview)
    return say(
        "Nothing in the last 7 days ({listed} papers), and none of the {papers} papers I know since {first}.",
        listed=preview.listed,
        papers=preview.archive.papers,
        first=_known_since(preview),
    )


def _nobody(preview: Preview) -> Sentence:
    said = say("No paper by that name since {first}.", first=_known_since(preview))
    if preview.meant:
        return say("{said} Did you mean one of these?", said=said)
    return say("{said} I match the name as Hugging Face lists it, and keep watching.", said=said)


def _no_such_lab(preview: Preview) -> Sentence:
    said = say("No paper names that lab since {first}.", first=_known_since(preview))
    return say("{said} Did you mean one of these?", said=said) if preview.meant else said


def _rare(preview: Preview) -> Sentence:
    """*It is rare here: 2 papers in the last 12 weeks, the latest on Fri 12 Jun.*"""
    return say(
        "Nothing in the last 7 days ({listed} papers). It is rare here: {found} {reach}, the latest on {latest}:",
        listed=preview.listed,
        found=say_n("{n} paper", "{n} papers", len(preview.earlier)),
        reach=_reach(preview),
        latest=preview.earlier[0].paper.listed_on,
    )


def _known_since(preview: Preview) -> Value:
    return preview.archive.first_day or ""


def _earlier(preview: Preview) -> list[Block]:
    return _titles(preview.earlier[:EARLIER_TITLES], dated=True) if preview.earlier else []


def _patience(preview: Preview) -> list[Block]:
    """What else there is, and that it goes on looking."""
    watching = say("You hear from me when one comes.")
    if preview.mentions < 1:
        return [Line(watching)]
    more = say_n("1 more only mentions it.", "{n} more only mention it.", preview.mentions)
    return [Line(say("{more} {watching}", more=more, watching=watching))]


def _two_subjects(preview: Preview) -> list[Block]:
    """Words that no paper says side by side."""
    found = preview.apart
    if found is None:
        return []
    words, both = named(preview.topic), _both(found.both)
    if found.typed:
        said = say_n(
            "As one subject “{words}” brought {n} paper {reach}; about both {both} there are {more}.",
            "As one subject “{words}” brought {n} papers {reach}; about both {both} there are {more}.",
            found.typed,
            reach=_reach(preview),
            words=words,
            both=both,
            more=found.papers,
        )
    else:
        said = say_n(
            "No paper is about “{words}” as one subject; {n} {reach} is about both {both}.",
            "No paper is about “{words}” as one subject; {n} {reach} are about both {both}.",
            found.papers,
            reach=_reach(preview),
            words=words,
            both=both,
        )
    return [Line(said)]


def _both(topic: Topic) -> Listing:
    parts = getattr(topic.expression, "parts", ())
    return listing((say("<i>{words}</i>", words=expression_printed(part)) for part in parts), " and ")


def _not_counted(preview: Preview) -> list[Block]:
    """The names behind the buttons that add some."""
    added = [f"“{name}”" for form in preview.wider for name in form.added]
    if not added:
        return []
    return [Line(say("Not counted: papers that only say {names}.", names=_some(added, ", ")))]


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
