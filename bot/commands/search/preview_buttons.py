"""What to do with a preview: read it all, have it now, take less, take more, or another topic that was meant."""

from __future__ import annotations

from bot.commands.queries.topic_input import ARROW
from bot.commands.search.preview import Preview
from bot.commands.ui.buttons import ROOM, button, paired, priced, primary
from bot.i18n import Sentence, say, say_n
from bot.matching.prefilter.topic_variants import Form, names, wide
from bot.topics import MatchLevel, Topic
from bot.topics.formatter import printed
from bot.views import Button


def change_command(old: Topic, new: Topic) -> str:
    """Follows ``new`` in the place of ``old``."""
    return f"change {printed(old)} {ARROW} {printed(new)}"


def preview_buttons(preview: Preview) -> list[tuple[Button, ...]]:
    """Every form with its price; pressing one follows it instead."""
    topic = preview.topic
    return [
        *_reading(preview),
        *_two_subjects(preview),
        *((form_button(topic, form, say("{form} instead", form=form.label)),) for form in preview.meant),
        *_people(preview),
        *paired(form_button(topic, form) for form in preview.narrower),
        *((form_button(topic, form),) for form in preview.wider),
        *_names(preview),
        *_mentions(preview),
    ]


def form_button(topic: Topic, form: Form, label: Sentence | None = None) -> Button:
    """Follows the form in place of the topic; the label says its price."""
    return button(priced(label or form.label, form.papers, ROOM[1]), change_command(topic, form.topic))


def _reading(preview: Preview) -> list[tuple[Button, ...]]:
    topic = printed(preview.topic)
    if preview.namesakes and preview.namesakes.several:
        return [(button(say("The {n}", n=preview.namesakes.papers), f"search {topic}"),)]
    if preview.week:
        label = say_n("Show it", "All {n}", len(preview.week))
        return [(button(label, f"week {topic}"), primary(say("Send me today’s now"), "digest"))]
    if preview.earlier:
        label = say_n("Show it", "Show the {n}", len(preview.earlier))
        return [(button(label, f"search {topic}"),)]
    return []


def _two_subjects(preview: Preview) -> list[tuple[Button, ...]]:
    if preview.apart is None:
        return []
    both = preview.apart.both
    label = priced(say("{topic}", topic=printed(both)), preview.apart.papers, ROOM[1])
    return [(primary(label, change_command(preview.topic, both)),)]


def _people(preview: Preview) -> list[tuple[Button, ...]]:
    """Labs and co-authors that tell people of one name apart."""
    if preview.namesakes is None or not preview.namesakes.several:
        return []
    return [(form_button(preview.topic, form),) for form in preview.namesakes.forms]


def _names(preview: Preview) -> list[tuple[Button, ...]]:
    """Opens the list of names, each to drop or to add."""
    if preview.topic.level is MatchLevel.STRICT or not (counted := names(preview.topic)):
        return []
    label = say_n("Counted: {n} name", "Counted: {n} names", len(counted))
    return [(button(label, f"edit {printed(preview.topic)}"),)]


def _mentions(preview: Preview) -> list[tuple[Button, ...]]:
    if preview.week or preview.mentions < 1 or preview.meant:
        return []
    count = preview.mentions + len(preview.earlier)
    form = Form(say("Mentions too"), wide(preview.topic), count)
    return [(form_button(preview.topic, form),)]
