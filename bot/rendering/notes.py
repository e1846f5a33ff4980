"""The notes that nothing came, and the notice that a chat was paused. Pure; each says what will happen next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.deliveries import EmptyDigestContent, EmptyReason, NoticeContent
from bot.errors import UnavailableReason
from bot.i18n import LazyText, join_texts, t, tn
from bot.papers import Paper
from bot.ports import PlatformCapabilities
from bot.rendering.match_reasons import topic_label
from bot.sources import sources
from bot.views import Banner, Button, Buttons, TextBlock, View


def sample_notice() -> Banner:
    """What stands above invented papers."""
    return Banner(t("<b>Sample</b>: invented papers, shown until {source} answers.", source=sources().main.title))


def sample_banner(papers: Iterable[Paper]) -> tuple[Banner, ...]:
    """The banner if any of the papers is invented, else nothing."""
    return (sample_notice(),) if any(paper.sample for paper in papers) else ()


MAX_TOPICS_IN_NOTE: Final = 3
_MAX_LABEL_LENGTH: Final = 20

_GO_ON: Final = t("When it is possible again, they go on by themselves.")
_ADD_AGAIN: Final = t("Add me again, and they go on by themselves.")
_TEST_AGAIN: Final = t("When it answers again, its button <b>Test</b> lets them go on.")
# Why, and what else is to be said than that they go on by themselves, or how to resume them.
_UNAVAILABLE_TEXTS: Final[Mapping[str, tuple[LazyText, LazyText | None]]] = {
    UnavailableReason.KICKED: (t("I was removed"), _ADD_AGAIN),
    UnavailableReason.NOT_A_MEMBER: (t("I am no member there any more"), _ADD_AGAIN),
    UnavailableReason.NO_RIGHT_TO_POST: (t("I may not write there"), None),
    UnavailableReason.THREAD_CLOSED: (t("the topic was closed or deleted"), t("When it is open again, they go on.")),
    UnavailableReason.ARCHIVED: (t("it was archived"), None),
    UnavailableReason.ENDPOINT_GONE: (t("it answered that it is gone"), _TEST_AGAIN),
    UnavailableReason.ENDPOINT_FAILING: (t("it has not taken anything for five days"), _TEST_AGAIN),
    UnavailableReason.DELETED: (t("it was deleted"), t("You can set them up anew elsewhere.")),
}

NEVER_NOTIFY_BUTTON: Final = Button(t("Don’t tell me"), "settings notes never")
WEEKLY_ONLY_BUTTON: Final = Button(t("Tell me weekly only"), "settings notes weekly")


def render_empty_digest(content: EmptyDigestContent) -> View:
    """Why nothing came and what happens next; with a way to widen the topic where one would bring more."""
    lines = tuple(map(TextBlock, _explanations(content)))
    rows = tuple(row for row in _button_rows(content) if row)
    return View((*lines, Buttons(rows)) if rows else lines)


def render_pause_notice(content: NoticeContent, capabilities: PlatformCapabilities) -> View:
    """For the person who set a chat up: its digests stopped, and nothing is lost. Nobody is told to resume what goes on
    by itself."""
    reason, remedy = _UNAVAILABLE_TEXTS.get(content.reason, (t("{reason}", reason=content.reason), None))
    phrases = capabilities.phrases
    if remedy is None:
        by_itself = content.reason in capabilities.announced_ends
        remedy = _GO_ON if by_itself else _resume_by_words(phrases.usage_prefix)
    said = t(
        "I can’t post in <b>{chat}</b> any more ({reason}). Its topics and settings are kept, and digests are paused.",
        chat=phrases.shared_mark + content.chat_title if content.chat_title else t("a chat you set up"),
        reason=reason,
    )
    return View((TextBlock(said), TextBlock(remedy)))


def _resume_by_words(prefix: str) -> LazyText:
    return t("When it is possible again, say <code>{command}</code> there.", command=f"{prefix}resume")


def _explanations(content: EmptyDigestContent) -> Iterable[LazyText]:
    match content.reason:
        case EmptyReason.SOURCE_DOWN:
            yield _source_down(content)
            yield t("Nothing is lost: what you missed comes with the next digest.")
        case EmptyReason.NOT_LISTED_YET:
            yield t(
                "{source} has listed nothing yet today. What comes is in the next digest.", source=sources().main.title
            )
        case EmptyReason.NOTHING_NEW:
            yield t("Nothing new today: all that matched has already come to you.")
        case EmptyReason.NOTHING_MATCHED if content.weekly:
            yield _quiet_week(content)
            yield t("Still looking. Next week again, unless you say so.")
        case EmptyReason.NOTHING_MATCHED:
            yield _nothing_today(content)
            yield t("The list grows until evening; what comes late is in the next digest.")
        case EmptyReason.WEEKEND:
            yield t("No list at the weekend.")
        case EmptyReason.NO_LIST:
            yield t("{source} listed nothing that day.", source=sources().main.title)


def _source_down(content: EmptyDigestContent) -> LazyText:
    source, since = sources().main.title, content.source_down_since
    if since is None:
        return t("{source} has not answered yet.", source=source)
    if since.date() == content.local_day:
        return t("{source} has not answered since {hour} UTC.", source=source, hour=since.time())
    return t("{source} has not answered since {moment} UTC.", source=source, moment=since)


def _quiet_week(content: EmptyDigestContent) -> LazyText:
    quiet = t(
        "Quiet week for <b>{topics}</b>: {papers}, none.",
        topics=_topic_names(content.topics),
        papers=_paper_count(content.listed_count),
    )
    if content.last_match_day is None:
        return quiet
    return t("{quiet} The last one came on {day}.", quiet=quiet, day=content.last_match_day)


def _nothing_today(content: EmptyDigestContent) -> LazyText:
    return t(
        "Nothing for you today: {papers}, none on {topics}.",
        papers=_paper_count(content.listed_count),
        topics=_topic_names(content.topics),
    )


def _paper_count(n: int) -> LazyText:
    return tn("{n} paper", "{n} papers", n)


def _topic_names(topics: Sequence[str]) -> LazyText:
    named = join_texts([topic_label(topic) for topic in topics[:MAX_TOPICS_IN_NOTE]])
    left = len(topics) - MAX_TOPICS_IN_NOTE
    return t("{named} and {n} more", named=named, n=left) if left > 0 else t("{named}", named=named)


def _button_rows(content: EmptyDigestContent) -> Iterable[tuple[Button, ...]]:
    """One way to widen, and one to hear less; nothing to press where only waiting helps."""
    if content.reason is not EmptyReason.NOTHING_MATCHED:
        return
    alone = content.topics[0] if len(content.topics) == 1 else ""
    if content.wider_matches:
        yield (Button(t("Mentions too ({n})", n=content.wider_matches), f"change {alone} => {widened_topic(alone)}"),)
    if not content.weekly:
        yield (Button(t("Today’s top 5"), "trending"), WEEKLY_ONLY_BUTTON)
    elif alone and len(alone) + len("Stop ") <= _MAX_LABEL_LENGTH:
        yield (NEVER_NOTIFY_BUTTON, Button(t("Stop {topic}", topic=topic_label(alone)), f"unsubscribe {alone}"))
    else:
        yield (NEVER_NOTIFY_BUTTON, Button(t("Topics"), "topics"))


def widened_topic(topic: str) -> str:
    """The formatted topic counting papers that only mention it."""
    return f"{topic} match:wide"
