"""What a delivery looks like, rendered just before it is sent and again for each of its buttons. Pure.

The first line is what a lock screen shows, so it holds the count, and the best title follows at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from bot.chats import Chat
from bot.deliveries import (
    DeliveryContent,
    DigestContent,
    EmptyDigestContent,
    NoticeContent,
    RoundupContent,
    SelectedPaper,
)
from bot.i18n import LazyText, Link, TextValue, join_texts, t, tn
from bot.papers import Paper
from bot.planning.selection import MAX_UNFOLDED_TITLES, TitleGroup, title_groups, topic_counts
from bot.ports import PlatformCapabilities
from bot.rendering.buttons import digest_buttons
from bot.rendering.late_matches import late_match_notes
from bot.rendering.match_reasons import match_reasons_text, topic_label
from bot.rendering.notes import render_empty_digest, render_pause_notice, sample_banner
from bot.rendering.rich_digest import rich_digest, wants_rich
from bot.rendering.roundup import roundup_section, standalone_roundup
from bot.sources import sources
from bot.tex import readable_tex
from bot.tldr import tldr
from bot.views import Block, Footer, PaperList, PaperListItem, PaperSummary, TextBlock, View

MAX_TOPICS_COUNTED = 6


def render_content(
    content: DeliveryContent,
    papers: Mapping[str, Paper],
    chat: Chat,
    delivery_id: int = 0,
    *,
    capabilities: PlatformCapabilities,
    saved: frozenset[str] = frozenset(),
) -> View:
    """The view of a delivery; ``papers`` holds those it names, and one that is gone from the store is left out.

    ``delivery_id`` lets the buttons find this digest again; 0: without such a button. ``capabilities`` are those of the
    platform it is shown on, ``saved`` the papers on the only reader's list.
    """
    match content:
        case DigestContent():
            view = _render_digest(content, papers, chat, delivery_id, capabilities)
            rich = wants_rich(chat, capabilities) and content.first_number == 1
            return rich_digest(view, chat, content.local_day, delivery_id, saved) if rich else view
        case EmptyDigestContent():
            return render_empty_digest(content)
        case NoticeContent():
            return render_pause_notice(content, capabilities)
        case RoundupContent():
            return standalone_roundup(content, papers, chat)
        case _:
            assert_never(content)


def referenced_paper_ids(content: DeliveryContent) -> tuple[str, ...]:
    """The papers that :func:`render_content` needs for this content."""
    match content:
        case DigestContent():
            return (*(one.paper_id for one in content.selected), *content.roundup)
        case RoundupContent():
            return content.papers
    return ()


def _render_digest(
    content: DigestContent,
    papers: Mapping[str, Paper],
    chat: Chat,
    delivery_id: int,
    capabilities: PlatformCapabilities,
) -> View:
    present = [one for one in content.selected if one.paper_id in papers]
    banner = sample_banner(papers[one.paper_id] for one in present)
    if content.first_number > 1:
        return View((*banner, *_paper_summaries(content, present, papers)), _continuation_text(content, present))
    blocks: tuple[Block, ...] = (
        *banner,
        TextBlock(_headline(content, present, chat)),
        *_paper_summaries(content, [one for one in present if one.with_summary], papers),
        *_paper_lists(content, present, papers),
        *roundup_section(content.roundup, (one.paper_id for one in present), papers),
        *_footers(content, present, papers, chat),
        *digest_buttons(content, present, papers, chat, delivery_id, capabilities),
    )
    picture = _picture_url(present, papers, chat)
    return View(
        blocks, _notification_text(present, papers, chat), picture=picture, single_message=content.message_count == 1
    )


def _picture_url(present: Sequence[SelectedPaper], papers: Mapping[str, Paper], chat: Chat) -> str:
    """The first paper's, where the chat wants pictures."""
    first = papers[present[0].paper_id] if present else None
    return first.url if first and chat.settings.pictures and not first.sample else ""


def _headline(content: DigestContent, present: Sequence[SelectedPaper], chat: Chat) -> LazyText:
    """*5 papers for you · Tue 18 Aug*; where several people read it, what each topic brought."""
    day, n = content.local_day, len(present)
    if chat.kind.personal:
        return tn("<b>{n} paper for you</b> · {day}", "<b>{n} papers for you</b> · {day}", n, day=day)
    return tn(
        "<b>{n} new paper</b> · {day} · {topics}",
        "<b>{n} new papers</b> · {day} · {topics}",
        n,
        day=day,
        topics=join_texts(_counted_topics(present)),
    )


def _counted_topics(present: Sequence[SelectedPaper]) -> list[TextValue]:
    counts = list(topic_counts(present).items())
    if len(counts) == 1:
        return [topic_label(counts[0][0])]  # its count stands at the beginning of the line
    said: list[TextValue] = [
        t("{topic} {n}", topic=topic_label(topic), n=n) for topic, n in counts[:MAX_TOPICS_COUNTED]
    ]
    return said + (["…"] if len(counts) > MAX_TOPICS_COUNTED else [])


def _notification_text(present: Sequence[SelectedPaper], papers: Mapping[str, Paper], chat: Chat) -> LazyText:
    """*5 new papers on diffusion and image editing: EDITBRIDGE …, and 4 more*: begins with what came."""
    if not present:
        return t("No paper is left of this digest")
    said: dict[str, TextValue] = {
        "title": readable_tex(papers[present[0].paper_id].title),
        "more": _more_suffix(len(present) - 1),
    }
    if chat.kind.personal:
        return tn("{n} paper for you: {title}{more}", "{n} papers for you: {title}{more}", len(present), **said)
    topics = join_texts([topic_label(topic) for topic in list(topic_counts(present))[:2]], " and ")
    return tn(
        "{n} new paper on {topics}: {title}{more}",
        "{n} new papers on {topics}: {title}{more}",
        len(present),
        topics=topics,
        **said,
    )


def _more_suffix(n: int) -> LazyText:
    return tn(", and {n} more", ", and {n} more", n) if n else t("")


def _continuation_text(content: DigestContent, present: Sequence[SelectedPaper]) -> LazyText:
    first = content.first_number
    return t("Papers {first} to {last}", first=first, last=first + len(present) - 1)


def _paper_summaries(
    content: DigestContent, full: Sequence[SelectedPaper], papers: Mapping[str, Paper]
) -> Iterable[PaperSummary]:
    for number, one in enumerate(full, content.first_number):
        paper = papers[one.paper_id]
        yield PaperSummary(
            number, paper, tldr(paper), match_reasons_text(one.topics), late_match_notes(one, paper, content.local_day)
        )


def _paper_lists(
    content: DigestContent, present: Sequence[SelectedPaper], papers: Mapping[str, Paper]
) -> Iterable[PaperList]:
    """The others by topic: open up to eight titles, beyond that folded away, each with its number and votes."""
    others = [one for one in present if not one.with_summary]
    number = len(present) - len(others) + 1
    more = number > 1
    groups = title_groups(others)
    for group in groups:
        lines = tuple(
            PaperListItem(papers[one.paper_id], place, note=_late_match_note(one, papers, content))
            for place, one in enumerate(group.selected, number)
        )
        yield PaperList(
            lines, _heading(group, alone=len(groups) == 1, more=more), folded=len(others) > MAX_UNFOLDED_TITLES
        )
        number += len(lines)


def _late_match_note(one: SelectedPaper, papers: Mapping[str, Paper], content: DigestContent) -> LazyText | None:
    """A title alone says its topic by its heading; only a late match needs a note."""
    said = late_match_notes(one, papers[one.paper_id], content.local_day)
    return said[0] if said else None


def _heading(group: TitleGroup, *, alone: bool, more: bool) -> LazyText | None:
    """``more``: others stand above with their summary."""
    n, topic = len(group.selected), topic_label(group.topic) if group.topic else ""
    if topic:
        return t("<b>{n} more on {topic}</b>", n=n, topic=topic) if more else t("<b>{topic}</b>", topic=topic)
    if alone:
        return t("<b>{n} more</b>", n=n) if more else None
    return t("<b>{n} more on other topics</b>", n=n) if more else t("<b>Other topics</b>")


def _footers(
    content: DigestContent, present: Sequence[SelectedPaper], papers: Mapping[str, Paper], chat: Chat
) -> Iterable[Footer]:
    if content.message_count > 1:
        yield Footer(t("The summaries of the others are in the thread."))
    if content.late_source:
        yield Footer(
            t("{source} is late today: what comes after this is in the next digest.", source=sources().main.title)
        )
    if not chat.kind.personal:
        yield from _unmatched_footer(content, [papers[one.paper_id] for one in present])


def _unmatched_footer(content: DigestContent, papers: Sequence[Paper]) -> Iterable[Footer]:
    """For readers who did not choose the topics: how many papers of the newest day are not here, and where they are."""
    listed = [paper for paper in papers if sources().main.name in paper.sources and not paper.sample]
    newest = max((paper.list_day() for paper in listed), default=None)
    if newest is None:
        return
    others = content.listed_count - sum(paper.listed_on == newest for paper in listed)
    if others > 0:
        yield Footer(
            tn(
                "{n} other paper of {day} matched none of the topics here · {all}",
                "{n} other papers of {day} matched none of the topics here · {all}",
                others,
                day=newest,
                all=Link(f"all {content.listed_count}", sources().day_url(newest)),
            )
        )
