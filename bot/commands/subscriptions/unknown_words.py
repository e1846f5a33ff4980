"""Words that no paper says: asked about before they are followed."""

from __future__ import annotations

from datetime import date

from bot.commands.core.command import CommandContext
from bot.commands.queries.suggestions import suggest_corrections
from bot.commands.queries.topic_input import correct_typos
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, primary_button, truncate, with_count
from bot.decisions.on_the_fly import SearchBounds, find_matches
from bot.i18n import LazyText, t
from bot.matching.prefilter.topic_variants import positive_subjects
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.normalization import normalize
from bot.matching.text.tokenizer import folded_words
from bot.topics import MatchLevel, Subject, Topic
from bot.topics.formatter import format_short, format_topic
from bot.topics.parser import parse
from bot.topics.words import STOP_WORDS
from bot.views import Button, TextBlock, View

FOLLOW_ANYWAY = "follow-anyway"
MAX_NEAR_TOPICS = 2


async def ask_about_unknown_words(context: CommandContext, topic: Topic) -> View | None:
    """The question, with the word that was meant where one is near; None where papers say every word, some are about
    the topic all the same, or the archive is not there yet to tell."""
    services = context.services
    async with services.storage.read() as work:
        first = (await work.papers.archive_extent()).first_day
    if first is None or services.indexing() is not None or not positive_subjects(topic):
        return None
    one = SearchBounds(context.budget, enough=1)
    if await find_matches(services.storage, services.index, topic, first, context.today, one):
        return None
    corrections = await suggest_corrections(services, topic)
    if corrections:
        wrong, known = next(iter(corrections.items()))
        line = t("No paper says <b>{wrong}</b>. Did you mean <b>{known}</b>?", wrong=wrong, known=known)
    elif wrong := await _first_unknown_word(context, topic):
        line = t("No paper says <b>{wrong}</b>. Follow it all the same?", wrong=wrong)
    else:
        return None
    return View(
        (
            TextBlock(line),
            button_rows(*await _taps(context, topic, correct_typos(format_short(topic), corrections), first)),
        )
    )


async def _first_unknown_word(context: CommandContext, topic: Topic) -> str:
    """The first word of the topic that neither the catalogue nor any paper knows; '' where there is none."""
    for subject in positive_subjects(topic):
        if context.services.catalogue.find(subject.words):
            continue
        for word in subject.words.split():
            if _may_be_unknown(word) and not context.services.catalogue.find(word):
                wide = Topic(Subject(word), MatchLevel.WIDE)
                found = await context.services.index.newest_candidates(wide, 1, date.min, context.today)
                if found == []:
                    return word
    return ""


def _may_be_unknown(word: str) -> bool:
    """Whether it is one plain word that the bundled table of the field's words does not have."""
    folded = folded_words(word)
    return len(folded) == 1 and folded[0] not in STOP_WORDS and not document_frequency(normalize(word))


async def _taps(context: CommandContext, topic: Topic, meant: str | None, first: date) -> list[tuple[Button, ...]]:
    """What was meant, else what is nearest, with its papers; then the words as they stand."""
    services = context.services
    near = [meant] if meant else [each.name for each in services.catalogue.nearest_topics(format_short(topic))]
    taps: list[tuple[Button, ...]] = []
    for name in near[:MAX_NEAR_TOPICS]:
        wanted = services.expand_synonyms(parse(name)).topic
        found = await find_matches(services.storage, services.index, wanted, first, context.today, context.bounds)
        if found:
            taps.append((primary_button(_counted_label(name, len(found)), f"subscribe {name}"),))
    words = truncate(format_short(topic), LABEL_WIDTHS[1] - 20)
    return [*taps, (button(t("Follow {topic} all the same", topic=words), f"{FOLLOW_ANYWAY} {format_topic(topic)}"),)]


def _counted_label(name: str, papers: int) -> LazyText:
    return with_count(t("Follow {topic}", topic=name), papers, LABEL_WIDTHS[1])
