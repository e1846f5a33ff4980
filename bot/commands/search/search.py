"""Searching the whole archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.commands.core.command import Command, CommandContext
from bot.commands.core.services import Services
from bot.commands.queries.field_names import field_view
from bot.commands.queries.sentence_topics import topics_inside
from bot.commands.queries.topic_input import correct_typos
from bot.commands.search.preview_view import missing_lab_blocks, synonym_blocks
from bot.commands.search.results import SearchResults, is_sentence, near_papers, search_archive
from bot.commands.ui.buttons import (
    LABEL_WIDTHS,
    PAGE_SIZE,
    button,
    button_rows,
    follow_button,
    number_buttons,
    page_buttons,
    page_slice,
    split_into_rows,
    truncate,
    two_columns,
    with_count,
)
from bot.commands.ui.follow_buttons import follow_or_following
from bot.commands.ui.match_location import match_location
from bot.commands.ui.navigation import origin_of
from bot.decisions.on_the_fly import MAX_COUNTED
from bot.i18n import LazyText, TextValue, join_texts, t, tn
from bot.matching.prefilter.topic_variants import TopicVariant
from bot.ports import ArchiveExtent
from bot.topics import Field, Topic
from bot.topics.describe import topic_in_words
from bot.topics.formatter import format_short, format_topic
from bot.topics.words import query_words
from bot.views import Block, Button, Footer, PaperList, PaperListItem, Prompt, TextBlock, View

SEARCH_EXAMPLES = ("diffusion", "mixture of experts", "org:nvidia", "RAG")


@dataclass(frozen=True, slots=True)
class _ResultLine:
    """A title of the answer and the heading it stands under (None: it is about what was asked)."""

    heading: LazyText | None
    line: PaperListItem


async def search(context: CommandContext) -> View:
    """What the archive holds: first what a subscription would deliver, then what mentions it or is near."""
    if not context.argument:
        question = Prompt(t("What are you looking for?"), "search", t("for example: mixture of experts"))
        taps = [button(t("{topic}", topic=topic), f"search {topic}") for topic in SEARCH_EXAMPLES]
        return View((question, button_rows(*split_into_rows(taps, 2))))
    if field := await field_view(context, _words_buttons(context.argument)[0][0]):
        return field
    return await _search_view(context, read_sentences=True)


async def search_words(context: CommandContext) -> View:
    """The same for the words as they stand: no topic is read out of a sentence."""
    return await _search_view(context, read_sentences=False)


async def _search_view(context: CommandContext, *, read_sentences: bool) -> View:
    results = await _results(context, context.argument)
    if not is_sentence(results) or results.delivered or results.name_variants:
        return await _results_view(context, results)
    inside = topics_inside(query_words(results.topic), context.services.catalogue)
    if read_sentences and inside and not results.mention_count:
        read = await _results(context, " AND ".join(inside))
        if read.delivered:
            return await _results_view(context, read, _reading_blocks(inside), _words_buttons(context.argument))
    return await _results_view(context, results, taps=[_topic_taps(inside)])


async def _results(context: CommandContext, query: str) -> SearchResults:
    return await search_archive(context.services, query, context.today, context.bounds, context.page * PAGE_SIZE)


def _reading_blocks(inside: Sequence[str]) -> list[Block]:
    """*Nothing is about exactly this. Read as: robotics and grasping*"""
    topics = join_texts((t("<i>{words}</i>", words=name) for name in inside), " + ")
    return [Footer(t("Nothing is about exactly this. Read as: {topics}", topics=topics))]


def _words_buttons(words: str) -> list[tuple[Button, ...]]:
    return [(button(t("Search for the words"), f"words {words}"),)]


def _topic_taps(inside: Sequence[str]) -> tuple[Button, ...]:
    return tuple(button(t("{topic}", topic=truncate(name, LABEL_WIDTHS[2])), f"search {name}") for name in inside)


async def _results_view(
    context: CommandContext,
    results: SearchResults,
    reading: Sequence[Block] = (),
    taps: Sequence[tuple[Button, ...]] = (),
) -> View:
    lines = _result_lines(results)
    if not lines:
        return await _no_results_view(context, results, taps)
    shown = page_slice(context.page, len(lines))
    name = "words" if context.call.name == "words" else "search"
    command = f"{name} {format_topic(results.topic)}"
    buttons = button_rows(
        *number_buttons([row.line.paper for row in lines[shown]], shown.start + 1, origin_of(context, command)),
        page_buttons(shown, len(lines), command),
        *_did_you_mean(results),
        *_split_buttons(results),
        *_name_buttons(results),
        [] if _is_unfollowable(results) else [await follow_or_following(context, results.topic)],
        *taps,
    )
    foot = _coverage_blocks(context, results.archive)
    head = (
        *reading,
        TextBlock(results_headline(results, partial=context.budget.is_spent)),
        *_name_blocks(results),
        *_interpretation_blocks(results),
    )
    return View((*head, *_sections(lines[shown]), *foot, buttons), replaces_message=context.page > 1)


def _is_unfollowable(results: SearchResults) -> bool:
    """A sentence is no topic; what papers are about is one, however it is said. Words that bring nothing give way to
    the two topics in them that do."""
    return not results.delivered and (is_sentence(results) or results.split_suggestion is not None)


def _interpretation_blocks(results: SearchResults) -> list[Block]:
    """The names that count, and what a search for a lab can't see."""
    return [*synonym_blocks(results.topic), *missing_lab_blocks(results.topic, 0, 0)]


def _split_buttons(results: SearchResults) -> list[tuple[Button, ...]]:
    if results.split_suggestion is None:
        return []
    both = format_topic(results.split_suggestion.split_topic)
    label = with_count(t("{topic}", topic=both), results.split_suggestion.papers_as_two, LABEL_WIDTHS[1])
    row = (button(label, f"search {both}"),)
    return [row] if results.delivered else [row, (follow_button(results.split_suggestion.split_topic),)]


def results_headline(results: SearchResults, *, partial: bool) -> LazyText:
    """*clustering: 2 papers about it, 14 that mention it*; ``partial``: there may be more about it."""
    topic = _shown_topic(results.topic)
    if results.corrections and not results.mention_count:
        return _unknown_word_line(results, format_short(results.topic))
    if is_sentence(results) and not results.delivered and not results.mention_count:
        return t("Nothing is about exactly this; nearest to it:")
    if results.topic.is_trending:
        return t("<b>{topic}</b>: the most voted of each day, newest first", topic=topic)
    about = tn("{n} paper about it", "{n} papers about it", len(results.delivered))
    if len(results.delivered) > MAX_COUNTED:
        about = t("more than {n} papers about it", n=MAX_COUNTED)
    elif results.delivered and partial:
        about = tn("at least {n} paper about it", "at least {n} papers about it", len(results.delivered))
    if not results.delivered:
        about = t("no paper about it")
    if not results.mention_count:
        return t("<b>{topic}</b>: {about}", topic=topic, about=about)
    mention = tn("{n} that mentions it", "{n} that mention it", results.mention_count)
    return t("<b>{topic}</b>: {about}, {mention}", topic=topic, about=about, mention=mention)


def _shown_topic(topic: Topic) -> TextValue:
    """A name without the grammar: *the author Hao Li*."""
    return topic_in_words(topic) if isinstance(topic.expression, Field) else format_short(topic)


def _result_lines(results: SearchResults) -> list[_ResultLine]:
    """Every title in its order, numbered through."""
    about = [(None, match.paper, match_location(match.decision)) for match in results.delivered]
    mentions = [(t("mention it"), each.paper, None) for each in results.related if each.mentions_query]
    related = [*mentions, *((t("near it"), each.paper, None) for each in near_papers(results))]
    return [
        _ResultLine(heading, PaperListItem(paper, number=number, day=paper.listed_on, note=note))
        for number, (heading, paper, note) in enumerate([*about, *related], 1)
    ]


def _sections(shown: Sequence[_ResultLine]) -> list[Block]:
    sections = groupby(shown, key=lambda row: row.heading)
    return [
        PaperList(tuple(row.line for row in section), heading=t("<i>{what}</i>", what=heading) if heading else None)
        for heading, section in sections
    ]


async def _no_results_view(
    context: CommandContext, results: SearchResults, taps: Sequence[tuple[Button, ...]] = ()
) -> View:
    unfollowable = results.name_variants or _is_unfollowable(results) or results.corrections
    follow = [] if unfollowable else [[await follow_or_following(context, results.topic)]]
    blocks: list[Block] = [
        TextBlock(_unknown_word_line(results, format_short(results.topic))),
        *_name_blocks(results),
        *_interpretation_blocks(results),
        *_coverage_blocks(context, results.archive),
        button_rows(*_did_you_mean(results), *_split_buttons(results), *_name_buttons(results), *follow, *taps),
    ]
    return View(tuple(blocks))


def _name_blocks(results: SearchResults) -> list[Block]:
    return [TextBlock(t("It is a name here; in brackets its papers:"))] if results.name_variants else []


def _name_buttons(results: SearchResults) -> list[tuple[Button, ...]]:
    """Whoever goes by these words: their papers, and following them; a row each where the name needs it."""
    return [row for form in results.name_variants for row in two_columns(_name_pair(form))]


def _name_pair(form: TopicVariant) -> tuple[Button, Button]:
    name = format_topic(form.topic)
    label = with_count(form.label, form.papers, LABEL_WIDTHS[1])
    return button(label, f"search {name}"), button(t("Follow it"), f"subscribe {name}")


def _unknown_word_line(results: SearchResults, topic: str) -> LazyText:
    if results.name_variants:
        return t("No paper is about <b>{topic}</b>.", topic=topic)
    if not results.corrections and is_sentence(results):
        return t("Nothing is about exactly this. A few words find more.")
    if not results.corrections:
        return t("Nothing on <b>{topic}</b>. Follow it, and you hear when something comes.", topic=topic)
    wrong, known = next(iter(results.corrections.items()))
    return t("No paper says <b>{wrong}</b>. Did you mean <b>{known}</b>?", wrong=wrong, known=known)


def _did_you_mean(results: SearchResults) -> list[tuple[Button, ...]]:
    meant = correct_typos(format_short(results.topic), results.corrections)
    if meant is None:
        return []
    return [(button(t("Search {topic}", topic=truncate(meant, LABEL_WIDTHS[1] - 7)), f"search {meant}"),)]


def _coverage_blocks(context: CommandContext, archive: ArchiveExtent) -> list[Block]:
    return [Footer(words) for words in (archive_note(archive, context.today), *index_notes(context.services))]


def index_notes(services: Services) -> list[LazyText]:
    """What a search lacks while its index is being made."""
    indexing = services.indexing()
    if indexing is None:
        return []
    return [
        t(
            "I am still making the search index: {held} of {papers} papers are in it, the others are not found yet.",
            held=indexing.indexed,
            papers=indexing.paper_count,
        )
    ]


def archive_note(archive: ArchiveExtent, today: date) -> LazyText:
    """*Archive: 12 months, 6,100 papers.*"""
    if archive.first_day is None:
        return t("The archive is still empty: I am fetching the first papers.")
    days = (today - archive.first_day).days + 1
    reach = tn("{n} day", "{n} days", days) if days < 60 else tn("{n} month", "{n} months", days // 30)
    return t("Archive: {reach}, {papers}.", reach=reach, papers=tn("{n} paper", "{n} papers", archive.paper_count))


COMMANDS = (
    Command(
        "search",
        t("search the whole archive"),
        search,
        aliases=("find",),
        argument="QUERY",
        examples=("search diffusion", 'search "KV cache" has:code', "search reasoning -math"),
        menu=True,
    ),
    Command("words", t("search for the words as they stand"), search_words, argument="WORDS", hidden=True),
)
