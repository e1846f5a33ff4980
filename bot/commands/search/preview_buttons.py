"""What to do with a preview: read it all, have it now, take less, take more, or another topic that was meant."""

from __future__ import annotations

from bot.commands.queries.topic_input import REPLACEMENT_ARROW
from bot.commands.search.preview import TopicPreview
from bot.commands.ui.buttons import LABEL_WIDTHS, button, primary_button, two_columns, with_count
from bot.i18n import LazyText, t, tn
from bot.matching.prefilter.topic_variants import TopicVariant, as_wide, counted_synonyms
from bot.topics import MatchLevel, Topic
from bot.topics.formatter import format_topic
from bot.views import Button


def change_command(old: Topic, new: Topic) -> str:
    """Follows ``new`` in the place of ``old``."""
    return f"change {format_topic(old)} {REPLACEMENT_ARROW} {format_topic(new)}"


def preview_buttons(preview: TopicPreview) -> list[tuple[Button, ...]]:
    """Every variant with its count; pressing one follows it instead."""
    topic = preview.topic
    return [
        *_read_buttons(preview),
        *_split_buttons(preview),
        *((variant_button(topic, form, t("{form} instead", form=form.label)),) for form in preview.suggestions),
        *_namesake_buttons(preview),
        *two_columns(variant_button(topic, form) for form in preview.narrower),
        *((variant_button(topic, form),) for form in preview.wider),
        *_synonym_buttons(preview),
        *_mention_buttons(preview),
    ]


def variant_button(topic: Topic, form: TopicVariant, label: LazyText | None = None) -> Button:
    """Follows the variant in place of the topic; the label says its count."""
    return button(with_count(label or form.label, form.papers, LABEL_WIDTHS[1]), change_command(topic, form.topic))


def _read_buttons(preview: TopicPreview) -> list[tuple[Button, ...]]:
    topic = format_topic(preview.topic)
    if preview.namesakes and preview.namesakes.is_several_people:
        return [(button(t("The {n}", n=preview.namesakes.papers), f"search {topic}"),)]
    if preview.week:
        label = tn("Show it", "All {n}", len(preview.week))
        return [(button(label, f"week {topic}"), primary_button(t("Send me today’s now"), "digest"))]
    if preview.earlier:
        label = tn("Show it", "Show the {n}", len(preview.earlier))
        return [(button(label, f"search {topic}"),)]
    return []


def _split_buttons(preview: TopicPreview) -> list[tuple[Button, ...]]:
    if preview.split_suggestion is None:
        return []
    both = preview.split_suggestion.split_topic
    label = with_count(t("{topic}", topic=format_topic(both)), preview.split_suggestion.papers_as_two, LABEL_WIDTHS[1])
    return [(primary_button(label, change_command(preview.topic, both)),)]


def _namesake_buttons(preview: TopicPreview) -> list[tuple[Button, ...]]:
    """Labs and co-authors that tell people of one name apart."""
    if preview.namesakes is None or not preview.namesakes.is_several_people:
        return []
    return [(variant_button(preview.topic, form),) for form in preview.namesakes.variants]


def _synonym_buttons(preview: TopicPreview) -> list[tuple[Button, ...]]:
    """Opens the list of names, each to drop or to add."""
    if preview.topic.level is MatchLevel.STRICT or not (counted := counted_synonyms(preview.topic)):
        return []
    label = tn("Counted: {n} name", "Counted: {n} names", len(counted))
    return [(button(label, f"edit {format_topic(preview.topic)}"),)]


def _mention_buttons(preview: TopicPreview) -> list[tuple[Button, ...]]:
    if preview.week or preview.mentions < 1 or preview.suggestions:
        return []
    count = preview.mentions + len(preview.earlier)
    form = TopicVariant(t("Mentions too"), as_wide(preview.topic), count)
    return [(variant_button(preview.topic, form),)]
