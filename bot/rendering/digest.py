"""What a delivery looks like, composed just before it is sent and again for each of its buttons. Pure.

The first line is what a lock screen shows, so it holds the count, and the best title follows at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import assert_never

from bot.chats import Chat
from bot.deliveries import Chosen, Content, DigestContent, EmptyContent, NoticeContent, RoundupContent
from bot.i18n import Link, Sentence, Value, listing, say, say_n
from bot.papers import HUGGING_FACE, Paper
from bot.planning.selection import OPEN_TITLES, TitleGroup, title_groups, topic_counts
from bot.rendering.buttons import digest_buttons
from bot.rendering.late_matches import marks
from bot.rendering.match_reasons import topic_name, topics_sentence
from bot.rendering.notes import empty_note, notice, sample_banner
from bot.rendering.roundup import by_itself, under_digest
from bot.tldr import tldr
from bot.views import Block, Line, PaperEntry, SmallPrint, TitleLine, Titles, View

TOPICS_COUNTED = 6


def compose(content: Content, papers: Mapping[str, Paper], chat: Chat, delivery_id: int = 0) -> View:
    """The view of a delivery; ``papers`` holds those it names, and one that is gone from the store is left out.

    ``delivery_id`` lets the buttons find this digest again; 0: without such a button.
    """
    match content:
        case DigestContent():
            return _digest(content, papers, chat, delivery_id)
        case EmptyContent():
            return empty_note(content)
        case NoticeContent():
            return notice(content)
        case RoundupContent():
            return by_itself(content, papers, chat)
        case _:
            assert_never(content)


def paper_ids(content: Content) -> tuple[str, ...]:
    """The papers that :func:`compose` needs for this content."""
    match content:
        case DigestContent():
            return (*(one.paper_id for one in content.chosen), *content.roundup)
        case RoundupContent():
            return content.papers
    return ()


def _digest(content: DigestContent, papers: Mapping[str, Paper], chat: Chat, delivery_id: int) -> View:
    present = [one for one in content.chosen if one.paper_id in papers]
    banner = sample_banner(papers[one.paper_id] for one in present)
    if content.first_number > 1:
        return View((*banner, *_entries(content, present, papers)), _continued(content, present))
    blocks: tuple[Block, ...] = (
        *banner,
        Line(_first_line(content, present, chat)),
        *_entries(content, [one for one in present if one.full], papers),
        *_titles(content, present, papers),
        *under_digest(content.roundup, (one.paper_id for one in present), papers),
        *_foot(content, present, papers, chat),
        *digest_buttons(content, present, papers, chat, delivery_id),
    )
    picture = _picture(present, papers, chat)
    return View(blocks, _notification(present, papers, chat), picture=picture, one_message=content.parts == 1)


def _picture(present: Sequence[Chosen], papers: Mapping[str, Paper], chat: Chat) -> str:
    """The first paper's, where the chat wants pictures."""
    first = papers[present[0].paper_id] if present else None
    return first.url if first and chat.settings.pictures and not first.sample else ""


def _first_line(content: DigestContent, present: Sequence[Chosen], chat: Chat) -> Sentence:
    """*5 papers for you · Tue 18 Aug*; where several people read it, what each topic brought."""
    day, n = content.local_day, len(present)
    if chat.kind.personal:
        return say_n("<b>{n} paper for you</b> · {day}", "<b>{n} papers for you</b> · {day}", n, day=day)
    return say_n(
        "<b>{n} new paper</b> · {day} · {topics}",
        "<b>{n} new papers</b> · {day} · {topics}",
        n,
        day=day,
        topics=listing(_counted_topics(present)),
    )


def _counted_topics(present: Sequence[Chosen]) -> list[Value]:
    counts = list(topic_counts(present).items())
    said: list[Value] = [say("{topic} {n}", topic=topic_name(topic), n=n) for topic, n in counts[:TOPICS_COUNTED]]
    return said + (["…"] if len(counts) > TOPICS_COUNTED else [])


def _notification(present: Sequence[Chosen], papers: Mapping[str, Paper], chat: Chat) -> Sentence:
    """*5 new papers on diffusion and image editing: EDITBRIDGE …, and 4 more*: begins with what came."""
    if not present:
        return say("No paper is left of this digest")
    said: dict[str, Value] = {"title": papers[present[0].paper_id].title, "more": _and_more(len(present) - 1)}
    if chat.kind.personal:
        return say_n("{n} paper for you: {title}{more}", "{n} papers for you: {title}{more}", len(present), **said)
    topics = listing([topic_name(topic) for topic in list(topic_counts(present))[:2]], " and ")
    return say_n(
        "{n} new paper on {topics}: {title}{more}",
        "{n} new papers on {topics}: {title}{more}",
        len(present),
        topics=topics,
        **said,
    )


def _and_more(n: int) -> Sentence:
    return say_n(", and {n} more", ", and {n} more", n) if n else say("")


def _continued(content: DigestContent, present: Sequence[Chosen]) -> Sentence:
    first = content.first_number
    return say("Papers {first} to {last}", first=first, last=first + len(present) - 1)


def _entries(content: DigestContent, full: Sequence[Chosen], papers: Mapping[str, Paper]) -> Iterable[PaperEntry]:
    for number, one in enumerate(full, content.first_number):
        paper = papers[one.paper_id]
        yield PaperEntry(number, paper, tldr(paper), topics_sentence(one.topics), marks(one, paper, content.local_day))


def _titles(content: DigestContent, present: Sequence[Chosen], papers: Mapping[str, Paper]) -> Iterable[Titles]:
    """The others by topic: open up to eight titles, beyond that folded away, each with its number and votes."""
    others = [one for one in present if not one.full]
    number = len(present) - len(others) + 1
    more = number > 1
    groups = title_groups(others)
    for group in groups:
        lines = tuple(
            TitleLine(papers[one.paper_id], place, note=_note(one, papers, content))
            for place, one in enumerate(group.chosen, number)
        )
        yield Titles(lines, _heading(group, alone=len(groups) == 1, more=more), folded=len(others) > OPEN_TITLES)
        number += len(lines)


def _note(one: Chosen, papers: Mapping[str, Paper], content: DigestContent) -> Sentence | None:
    """A title alone says its topic by its heading; only what rose late needs a word."""
    said = marks(one, papers[one.paper_id], content.local_day)
    return said[0] if said else None


def _heading(group: TitleGroup, *, alone: bool, more: bool) -> Sentence | None:
    """``more``: others stand above with their summary."""
    n, topic = len(group.chosen), topic_name(group.topic) if group.topic else ""
    if topic:
        return say("<b>{n} more on {topic}</b>", n=n, topic=topic) if more else say("<b>{topic}</b>", topic=topic)
    if alone:
        return say("<b>{n} more</b>", n=n) if more else None
    return say("<b>{n} more on other topics</b>", n=n) if more else say("<b>Other topics</b>")


def _foot(
    content: DigestContent, present: Sequence[Chosen], papers: Mapping[str, Paper], chat: Chat
) -> Iterable[SmallPrint]:
    if content.parts > 1:
        yield SmallPrint(say("The summaries of the others are in the thread."))
    if content.late_source:
        yield SmallPrint(say("Hugging Face is late today: what comes after this is in the next digest."))
    if not chat.kind.personal:
        yield from _what_others_read(content, [papers[one.paper_id] for one in present])


def _what_others_read(content: DigestContent, papers: Sequence[Paper]) -> Iterable[SmallPrint]:
    """For readers who did not choose the topics: how many papers of the newest day are not here, and where they are."""
    listed = [paper for paper in papers if HUGGING_FACE in paper.sources and not paper.sample]
    newest = max((paper.listed_on for paper in listed), default=None)
    if newest is None:
        return
    others = content.listed - sum(paper.listed_on == newest for paper in listed)
    if others > 0:
        yield SmallPrint(
            say_n(
                "{n} other paper of {day} matched none of the topics here · {all}",
                "{n} other papers of {day} matched none of the topics here · {all}",
                others,
                day=newest,
                all=Link(f"all {content.listed}", _day_url(newest)),
            )
        )


def _day_url(day: date) -> str:
    return f"https://huggingface.co/papers/date/{day:%Y-%m-%d}"
