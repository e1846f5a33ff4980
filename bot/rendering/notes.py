"""The notes that nothing came, and the notice that a chat was paused. Pure; each says what will happen next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.deliveries import EmptyContent, EmptyReason, NoticeContent
from bot.errors import GoneReason
from bot.i18n import Sentence, listing, say, say_n
from bot.papers import Paper
from bot.rendering.match_reasons import topic_name
from bot.views import Banner, Button, Buttons, Line, View

SAMPLE = Banner(say("<b>Sample</b>: invented papers, shown until Hugging Face answers."))


def sample_banner(papers: Iterable[Paper]) -> tuple[Banner, ...]:
    """The banner if any of the papers is invented, else nothing."""
    return (SAMPLE,) if any(paper.sample for paper in papers) else ()


TOPICS_NAMED: Final = 3
_LABEL: Final = 20

_RESUME: Final = say("When it is possible again, say /resume there.")
_ADD_AGAIN: Final = say("Add me again, and they go on by themselves.")
_GONE: Final[Mapping[str, tuple[Sentence, Sentence]]] = {
    GoneReason.KICKED: (say("I was removed"), _ADD_AGAIN),
    GoneReason.NOT_A_MEMBER: (say("I am no member there any more"), _ADD_AGAIN),
    GoneReason.NO_RIGHT_TO_POST: (say("I may not write there"), _RESUME),
    GoneReason.THREAD_CLOSED: (say("the topic was closed or deleted"), say("When it is open again, they go on.")),
    GoneReason.ARCHIVED: (say("it was archived"), _RESUME),
    GoneReason.DELETED: (say("it was deleted"), say("You can set them up anew elsewhere.")),
}

DONT_TELL: Final = Button(say("Don’t tell me"), "settings notes never")
WEEKLY_ONLY: Final = Button(say("Tell me weekly only"), "settings notes weekly")


def empty_note(content: EmptyContent) -> View:
    """Why nothing came and what happens next; with a way to widen the topic where one would bring more."""
    lines = tuple(map(Line, _said(content)))
    rows = tuple(row for row in _rows(content) if row)
    return View((*lines, Buttons(rows)) if rows else lines)


def notice(content: NoticeContent) -> View:
    """For the person who set a chat up: its digests stopped, and nothing is lost."""
    reason, remedy = _GONE.get(content.reason, (say("{reason}", reason=content.reason), _RESUME))
    said = say(
        "I can’t post in <b>{chat}</b> any more ({reason}). Its topics and settings are kept, and digests are paused.",
        chat=content.chat_title or say("a chat you set up"),
        reason=reason,
    )
    return View((Line(said), Line(remedy)))


def _said(content: EmptyContent) -> Iterable[Sentence]:
    match content.reason:
        case EmptyReason.SOURCE_DOWN:
            yield _source_down(content)
            yield say("Nothing is lost: what you missed comes with the next digest.")
        case EmptyReason.NOT_LISTED_YET:
            yield say("Hugging Face has listed nothing yet today. What comes is in the next digest.")
        case EmptyReason.NOTHING_NEW:
            yield say("Nothing new today: all that matched has already come to you.")
        case EmptyReason.NOTHING_MATCHED if content.weekly:
            yield _quiet_week(content)
            yield say("Still looking. Next week again, unless you say so.")
        case EmptyReason.NOTHING_MATCHED:
            yield _nothing_today(content)
            yield say("The list grows until evening; what comes late is in the next digest.")
        case EmptyReason.WEEKEND:
            yield say("No list at the weekend.")
        case EmptyReason.NO_LIST:
            yield say("Hugging Face listed nothing that day.")


def _source_down(content: EmptyContent) -> Sentence:
    if content.since is None:
        return say("Hugging Face has not answered yet.")
    if content.since.date() == content.local_day:
        return say("Hugging Face has not answered since {hour} UTC.", hour=content.since.time())
    return say("Hugging Face has not answered since {moment} UTC.", moment=content.since)


def _quiet_week(content: EmptyContent) -> Sentence:
    quiet = say(
        "Quiet week for <b>{topics}</b>: {papers}, none.", topics=_names(content.topics), papers=_papers(content.listed)
    )
    if content.last_came is None:
        return quiet
    return say("{quiet} The last one came on {day}.", quiet=quiet, day=content.last_came)


def _nothing_today(content: EmptyContent) -> Sentence:
    return say(
        "Nothing for you today: {papers}, none on {topics}.",
        papers=_papers(content.listed),
        topics=_names(content.topics),
    )


def _papers(n: int) -> Sentence:
    return say_n("{n} paper", "{n} papers", n)


def _names(topics: Sequence[str]) -> Sentence:
    named = listing([topic_name(topic) for topic in topics[:TOPICS_NAMED]])
    left = len(topics) - TOPICS_NAMED
    return say("{named} and {n} more", named=named, n=left) if left > 0 else say("{named}", named=named)


def _rows(content: EmptyContent) -> Iterable[tuple[Button, ...]]:
    """One way to widen, and one to hear less; nothing to press where only waiting helps."""
    if content.reason is not EmptyReason.NOTHING_MATCHED:
        return
    alone = content.topics[0] if len(content.topics) == 1 else ""
    if content.wider:
        yield (Button(say("Mentions too ({n})", n=content.wider), f"change {alone} => {widened(alone)}"),)
    if not content.weekly:
        yield (Button(say("Today’s top 5"), "trending"), WEEKLY_ONLY)
    elif alone and len(alone) + len("Stop ") <= _LABEL:
        yield (DONT_TELL, Button(say("Stop {topic}", topic=topic_name(alone)), f"unsubscribe {alone}"))
    else:
        yield (DONT_TELL, Button(say("Topics"), "topics"))


def widened(topic: str) -> str:
    """The printed topic counting papers that only mention it."""
    return f"{topic} match:wide"
