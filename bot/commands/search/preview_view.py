"""A preview in words: the answer to following a topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.queries.name_matching import asks_for_lab, sole_author_field, sole_lab_field
from bot.commands.search.preview import PREVIEW_DAYS, TopicPreview
from bot.commands.ui.match_location import match_location
from bot.decisions.on_the_fly import MAX_COUNTED, Match
from bot.i18n import JoinedText, LazyText, TextValue, join_texts, t, tn
from bot.matching.prefilter.topic_variants import Exclusion, counted_synonyms
from bot.sources import sources
from bot.topics import MatchLevel, Phrase, Subject, Topic
from bot.topics.describe import describe_topic
from bot.topics.formatter import format_expression, format_short
from bot.topics.simplify import without_synonyms
from bot.views import Block, Footer, PaperList, PaperListItem, TextBlock

MAX_TITLES = 3
MAX_EARLIER_TITLES = 2
MAX_NAMES_SHOWN = 6


def interpretation_blocks(preview: TopicPreview) -> list[Block]:
    """How the topic was read, where that isn't plain to see, and what counts for it."""
    return [
        *synonym_blocks(preview.topic),
        *_read_as(preview.topic),
        *missing_lab_blocks(preview.topic, preview.without_lab, preview.listed),
        *map(_exclusion_line, preview.exclusions),
    ]


def synonym_blocks(topic: Topic) -> list[Block]:
    """*Counted too: flow matching, rectified flow, DiT*."""
    counted = [] if topic.level is MatchLevel.STRICT else counted_synonyms(topic)
    if not counted:
        return []
    return [TextBlock(t("Counted too: {names}", names=_first_names(counted, ", ")))]


def _first_names(found: Sequence[str], separator: str) -> LazyText:
    shown: list[TextValue] = [*found[:MAX_NAMES_SHOWN]]
    if len(found) <= MAX_NAMES_SHOWN:
        return t("{names}", names=join_texts(shown, separator))
    return t("{names} and {n} more", names=join_texts(shown, separator), n=len(found) - MAX_NAMES_SHOWN)


def _read_as(topic: Topic) -> list[Block]:
    match topic.expression:
        case Subject() | Phrase() if topic.level is MatchLevel.NORMAL:
            return []
    if sole_author_field(topic) or sole_lab_field(topic):
        return []
    short = replace(topic, expression=without_synonyms(topic.expression))
    read_as = t("Read as: {topic}", topic=describe_topic(short))
    if not topic.is_trending:
        return [Footer(read_as)]
    return [Footer(read_as), Footer(t("A day’s papers come once its list is complete, with the digest after that."))]


def missing_lab_blocks(topic: Topic, without: int, listed: int) -> list[Block]:
    """Measured on 59 real days: 36 % of the papers name no organisation."""
    if not asks_for_lab(topic.expression):
        return []
    if not without:
        return [Footer(t("About a third of all papers name no lab; those I can’t see."))]
    said = t(
        "About a third of all papers name no lab ({without} of the last {listed}); those I can’t see.",
        without=without,
        listed=listed,
    )
    return [Footer(said)]


def _exclusion_line(each: Exclusion) -> Block:
    return Footer(
        tn(
            "Leaves out {n} paper of the last 7 days about {what}.",
            "Leaves out {n} papers of the last 7 days about {what}.",
            each.papers,
            what=each.what,
        )
    )


def result_blocks(preview: TopicPreview) -> list[Block]:
    """What the last seven days would have brought, and where the paper says so."""
    if not preview.listed:
        return [TextBlock(_nothing_read(preview))]
    if preview.namesakes and preview.namesakes.is_several_people:
        found: list[Block] = [TextBlock(_namesakes_line(preview))]
    elif not preview.week:
        found = [TextBlock(_empty_week(preview)), *_earlier(preview), *_outlook_blocks(preview)]
    elif preview.too_many:
        found = [TextBlock(_too_many_line(preview))]
    else:
        found = [TextBlock(_count(preview)), *_titles(preview.week[:MAX_TITLES])]
    return [*found, *_split_blocks(preview), *_offered_names_blocks(preview), *_reading_progress_blocks(preview)]


def _nothing_read(preview: TopicPreview) -> LazyText:
    if not preview.archive.paper_count:
        return t("I am still fetching the papers. Ask again in a minute and I can say what it brings.")
    return t("No paper was listed in the last 7 days.")


def _count(preview: TopicPreview) -> LazyText:
    """*Last 7 days: 9 of 108 papers, at most 4 a day.*"""
    found, busiest = len(preview.week), preview.busiest
    if found == 1:
        return t("Last 7 days: <b>1 of {listed}</b> papers.", listed=preview.listed)
    return t(
        "Last 7 days: <b>{found} of {listed}</b> papers, at most {busiest} a day.",
        found=found,
        listed=preview.listed,
        busiest=busiest,
    )


def _too_many_line(preview: TopicPreview) -> LazyText:
    return t(
        "Last 7 days: <b>{found} of {listed}</b> papers, up to {busiest} a day. That is a lot: five come with a "
        "summary, the others as titles.",
        found=len(preview.week),
        listed=preview.listed,
        busiest=preview.busiest,
    )


def _namesakes_line(preview: TopicPreview) -> LazyText:
    """*12 papers in the last 12 weeks, from 11 labs: probably several people of that name.*"""
    who = preview.namesakes
    return t(
        "{papers} {reach}, from {labs} labs: perhaps several people of that name. A lab or a co-author tells them "
        "apart:",
        papers=tn("{n} paper", "{n} papers", who.papers if who else 0),
        reach=_period(preview),
        labs=who.labs if who else 0,
    )


def _period(preview: TopicPreview) -> LazyText:
    return t("in the last 12 weeks") if preview.covers_look_back else t("since {day}", day=preview.since)


def _empty_week(preview: TopicPreview) -> LazyText:
    if preview.corrections:
        wrong, known = next(iter(preview.corrections.items()))
        return t("No paper says <b>{wrong}</b>. Did you mean <b>{known}</b>?", wrong=wrong, known=known)
    if preview.earlier:
        return _rare_line(preview)
    if sole_author_field(preview.topic):
        return _unknown_author_line(preview)
    if sole_lab_field(preview.topic):
        return _unknown_lab_line(preview)
    return t(
        "Nothing in the last 7 days ({listed} papers), and none of the {papers} papers I know since {first}.",
        listed=preview.listed,
        papers=preview.archive.paper_count,
        first=_known_since(preview),
    )


def _unknown_author_line(preview: TopicPreview) -> LazyText:
    said = t("No paper by that name since {first}.", first=_known_since(preview))
    if preview.suggestions:
        return t("{said} Did you mean one of these?", said=said)
    return t("{said} I match the name as {source} lists it, and keep watching.", said=said, source=sources().main.title)


def _unknown_lab_line(preview: TopicPreview) -> LazyText:
    said = t("No paper names that lab since {first}.", first=_known_since(preview))
    return t("{said} Did you mean one of these?", said=said) if preview.suggestions else said


def _rare_line(preview: TopicPreview) -> LazyText:
    """*It is rare here: 2 papers in the last 12 weeks, the latest on Fri 12 Jun.*"""
    return t(
        "Nothing in the last 7 days ({listed} papers). It is rare here: {found} {reach}, the latest on {latest}:",
        listed=preview.listed,
        found=tn("{n} paper", "{n} papers", len(preview.earlier)),
        reach=_period(preview),
        latest=preview.earlier[0].paper.list_day(),
    )


def _known_since(preview: TopicPreview) -> TextValue:
    return preview.archive.first_day or ""


def _earlier(preview: TopicPreview) -> list[Block]:
    return _titles(preview.earlier[:MAX_EARLIER_TITLES], dated=True) if preview.earlier else []


def _outlook_blocks(preview: TopicPreview) -> list[Block]:
    """What else there is, and that it goes on looking."""
    watching = t("You hear from me when one comes.")
    if preview.mentions < 1:
        return [TextBlock(watching)]
    more = tn("1 more only mentions it.", "{n} more only mention it.", preview.mentions)
    if preview.mentions > MAX_COUNTED:
        more = t("More than {n} only mention it.", n=MAX_COUNTED)
    return [TextBlock(t("{more} {watching}", more=more, watching=watching))]


def _split_blocks(preview: TopicPreview) -> list[Block]:
    """Words that no paper says side by side."""
    found = preview.split_suggestion
    if found is None:
        return []
    words, both = format_short(preview.topic), _split_subjects(found.split_topic)
    if found.papers_as_one:
        said = tn(
            "As one subject “{words}” brought {n} paper {reach}; about both {both} there are {more}.",
            "As one subject “{words}” brought {n} papers {reach}; about both {both} there are {more}.",
            found.papers_as_one,
            reach=_period(preview),
            words=words,
            both=both,
            more=_counted(found.papers_as_two),
        )
    else:
        said = tn(
            "No paper is about “{words}” as one subject; {more} {reach} is about both {both}.",
            "No paper is about “{words}” as one subject; {more} {reach} are about both {both}.",
            found.papers_as_two,
            reach=_period(preview),
            words=words,
            both=both,
            more=_counted(found.papers_as_two),
        )
    return [TextBlock(said)]


def _counted(papers: int) -> TextValue:
    return papers if papers <= MAX_COUNTED else t("more than {n}", n=MAX_COUNTED)


def _split_subjects(topic: Topic) -> JoinedText:
    parts = getattr(topic.expression, "parts", ())
    return join_texts((t("<i>{words}</i>", words=format_expression(part)) for part in parts), " and ")


def _offered_names_blocks(preview: TopicPreview) -> list[Block]:
    """The names behind the buttons that add some."""
    added = [f"“{name}”" for form in preview.wider for name in form.added]
    if not added:
        return []
    return [TextBlock(t("Not counted: papers that only say {names}.", names=_first_names(added, ", ")))]


def _reading_progress_blocks(preview: TopicPreview) -> list[Block]:
    if preview.days_read >= PREVIEW_DAYS or preview.archive.sample:
        return []
    return [Footer(t("I have read {n} of the last 7 days so far; the others follow.", n=preview.days_read))]


def _titles(found: Sequence[Match], *, dated: bool = False) -> list[Block]:
    return [
        PaperList(
            tuple(
                PaperListItem(
                    match.paper,
                    day=match.paper.list_day() if dated else None,
                    upvotes=False,
                    note=match_location(match.decision),
                )
                for match in found
            )
        )
    ]
