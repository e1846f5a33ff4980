"""What a person reads: the digest, its long days, its notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest

from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from bot.chats import ChatKind, ChatSettings
from bot.deliveries import DigestContent, EmptyDigestContent, EmptyReason, NoticeContent
from bot.errors import UnavailableReason
from bot.matching import MatchLocation
from bot.papers import Organization
from bot.planning.selection import select_papers, thread_pages
from bot.ports import Candidate, PlatformCapabilities, PlatformPhrases
from bot.rendering.digest import referenced_paper_ids, render_content
from bot.views import Buttons, PaperList, PaperSummary
from paperboy.platforms import CAPABILITIES
from tests.bot.factories import TUESDAY, make_candidate, make_chat, make_paper, topic_with_reason, utc
from tests.bot.plain_renderer import render_lines, render_summary

# Where nothing about the platform matters.
render = partial(render_content, capabilities=PlatformCapabilities())

TENCENT = Organization("tencent", "Tencent Hunyuan")


def content(day: Sequence[Candidate], **more: Any) -> DigestContent:
    return DigestContent(TUESDAY, select_papers(day), **{"topic_count": 3, "listed_count": 26, **more})


def papers(day: Sequence[Candidate]) -> dict[str, Any]:
    return {one.paper.id: one.paper for one in day}


TWO = [
    Candidate(
        make_paper(
            16859, "HarnessEval-W: Agentifying the Evaluation of Visual Worlds", votes=36, tldr="It checks worlds."
        ),
        (topic_with_reason(MatchLocation.TITLE, "world model"),),
    ),
    Candidate(
        make_paper(14783, "MegaParts", votes=13, organization=TENCENT),
        (topic_with_reason(MatchLocation.ABSTRACT, "diffusion", count=2),),
    ),
]


def test_a_private_digest_says_the_count_first_and_the_best_title_next() -> None:
    view = render(content(TWO), papers(TWO), make_chat(), 17)
    assert render_lines(view) == [
        "2 papers for you · Tue 18 Aug",
        "1 HarnessEval-W: Agentifying the Evaluation of Visual Worlds",
        "  It checks worlds.",
        "  ▲36 · Ada Example · world model",
        "2 MegaParts",
        "  We propose a small thing that does one job well.",
        "  ▲13 · Tencent Hunyuan · diffusion, twice in the abstract",
        "[1] [2]",
        "[⚙ 3 topics · 09:00] [Why these?]",
    ]
    assert (
        render_summary(view)
        == "2 papers for you: HarnessEval-W: Agentifying the Evaluation of Visual Worlds, and 1 more"
    )


def test_its_buttons_are_commands() -> None:
    view = render(content(TWO), papers(TWO), make_chat(), 17)
    buttons = view.blocks[-1]
    assert isinstance(buttons, Buttons)
    assert [[button.command for button in row] for row in buttons.rows] == [
        ["paper 2608.16859 from edition 17", "paper 2608.14783 from edition 17"],
        ["topics", "why digest 17"],
    ]


def test_a_channel_reads_what_each_topic_brought_and_where_the_rest_is() -> None:
    view = render(content(TWO), papers(TWO), make_chat(ChatKind.CHANNEL, SLACK), 17, capabilities=CAPABILITIES[SLACK])
    assert render_lines(view)[0] == "2 new papers · Tue 18 Aug · world model 1, diffusion 1"
    assert render_lines(view)[-3:] == [
        "24 other papers of Tue 18 Aug matched none of the topics here · all 26",
        "[1] [2]",
        "[Topics and time] [Search]",
    ]
    assert render_summary(view).startswith("2 new papers on world model and diffusion: HarnessEval-W")


def test_one_paper_is_one_paper() -> None:
    view = render(content(TWO[:1], topic_count=1), papers(TWO), make_chat(settings=ChatSettings()))
    assert render_lines(view)[0] == "1 paper for you · Tue 18 Aug"
    assert render_lines(view)[-1] == "[⚙ 1 topic · 13:00]"
    assert render_summary(view) == "1 paper for you: HarnessEval-W: Agentifying the Evaluation of Visual Worlds"


def long_day(n: int) -> list[Candidate]:
    return [make_candidate(make_paper(100 + k, votes=n - k), "diffusion" if k % 2 else "VLM") for k in range(n)]


def test_beyond_seven_the_others_follow_as_titles_by_topic_numbered_on() -> None:
    day = long_day(12)
    view = render(content(day), papers(day), make_chat())
    titles = [block for block in view.blocks if isinstance(block, PaperList)]
    assert [line.number for block in titles for line in block.items] == list(range(6, 13))
    assert [block.folded for block in titles] == [False, False]
    assert "4 more on diffusion" in render_lines(view)
    assert "3 more on VLM" in render_lines(view)
    assert sum(isinstance(block, PaperSummary) for block in view.blocks) == 5


def test_beyond_eight_titles_they_are_folded_away() -> None:
    day = long_day(14)
    view = render(content(day), papers(day), make_chat())
    assert all(block.folded for block in view.blocks if isinstance(block, PaperList))


@pytest.mark.parametrize("n", [1, 7, 8, 13, 22, 49])
def test_nothing_is_ever_dropped(n: int) -> None:
    day = long_day(n)
    view = render(content(day), papers(day), make_chat())
    shown = [block.paper.id for block in view.blocks if isinstance(block, PaperSummary)]
    shown += [line.paper.id for block in view.blocks if isinstance(block, PaperList) for line in block.items]
    assert sorted(shown) == sorted(one.paper.id for one in day)


def test_where_there_are_threads_the_reply_goes_on_counting() -> None:
    day = long_day(10)
    chosen = select_papers(day)
    post = render(
        content(day, message_count=2), papers(day), make_chat(ChatKind.CHANNEL, SLACK), capabilities=CAPABILITIES[SLACK]
    )
    assert "The summaries of the others are in the thread." in render_lines(post)
    (reply,) = thread_pages(chosen, papers(day))
    view = render(DigestContent(TUESDAY, reply, 2, first_number=6, message_count=2), papers(day), make_chat())
    assert [block.number for block in view.blocks if isinstance(block, PaperSummary)] == [6, 7, 8, 9, 10]
    assert render_summary(view) == "Papers 6 to 10"
    assert not any(isinstance(block, Buttons) for block in view.blocks)


def test_a_digest_that_waited_in_vain_says_so() -> None:
    view = render(content(TWO, late_source=True), papers(TWO), make_chat())
    assert "Hugging Face is late today: what comes after this is in the next digest." in render_lines(view)


def test_invented_papers_are_marked_over_everything() -> None:
    day = [make_candidate(make_paper(1, sample=True), "diffusion")]
    assert render_lines(render(content(day), papers(day), make_chat(ChatKind.LOCAL, LOCAL)))[0].startswith("Sample")


def test_a_late_riser_says_what_it_was_waiting_for() -> None:
    rose = (
        topic_with_reason(MatchLocation.TITLE)[0],
        (*topic_with_reason(MatchLocation.TITLE)[1], topic_with_reason(MatchLocation.UPVOTES, "upvotes>=20")[1][0]),
    )
    one = Candidate(make_paper(1, votes=24, day=TUESDAY - timedelta(days=3)), (rose,), late_match=True)
    view = render(content([one]), papers([one]), make_chat())
    assert "  ▲24 · Ada Example · diffusion · from Sat 15 Aug, now ▲24" in render_lines(view)


def test_one_that_rose_on_its_own_day_is_like_any_other() -> None:
    one = make_candidate(make_paper(1, votes=24), "diffusion", rose=True)
    assert "  ▲24 · Ada Example · diffusion" in render_lines(render(content([one]), papers([one]), make_chat()))


def test_a_paper_that_is_gone_from_the_store_is_left_out() -> None:
    view = render(content(TWO), {TWO[1].paper.id: TWO[1].paper}, make_chat())
    assert render_lines(view)[0] == "1 paper for you · Tue 18 Aug"
    assert referenced_paper_ids(content(TWO)) == ("2608.16859", "2608.14783")


def test_an_empty_day_is_told_with_its_numbers() -> None:
    view = render(
        EmptyDigestContent(TUESDAY, EmptyReason.NOTHING_MATCHED, ("medical imaging",), listed_count=26), {}, make_chat()
    )
    assert render_lines(view) == [
        "Nothing for you today: 26 papers, none on medical imaging.",
        "The list grows until evening; what comes late is in the next digest.",
        "[Today’s top 5] [Tell me weekly only]",
    ]


def test_a_quiet_week_offers_one_way_to_widen_with_its_price() -> None:
    quiet = EmptyDigestContent(
        date(2026, 8, 21),
        EmptyReason.NOTHING_MATCHED,
        ("clustering",),
        listed_count=108,
        weekly=True,
        last_match_day=date(2026, 6, 12),
        wider_matches=16,
    )
    assert render_lines(render(quiet, {}, make_chat())) == [
        "Quiet week for clustering: 108 papers, none. The last one came on Fri 12 Jun.",
        "Still looking. Next week again, unless you say so.",
        "[Mentions too (16)]",
        "[Don’t tell me] [Stop clustering]",
    ]


def test_many_topics_are_not_all_named() -> None:
    topics = ("a", "b", "c", "d", "e")
    view = render(EmptyDigestContent(TUESDAY, EmptyReason.NOTHING_MATCHED, topics, 9, weekly=True), {}, make_chat())
    assert render_lines(view)[0] == "Quiet week for a, b, c and 2 more: 9 papers, none."
    assert render_lines(view)[-1] == "[Don’t tell me] [Topics]"


def test_a_silent_source_is_told_by_the_hour() -> None:
    down = EmptyDigestContent(TUESDAY, EmptyReason.SOURCE_DOWN, ("clustering",), source_down_since=utc(TUESDAY, 3, 10))
    assert render_lines(render(down, {}, make_chat())) == [
        "Hugging Face has not answered since 03:10 UTC.",
        "Nothing is lost: what you missed comes with the next digest.",
    ]


@pytest.mark.parametrize("reason", list(EmptyReason))
def test_every_reason_has_words(reason: EmptyReason) -> None:
    assert render_lines(render(EmptyDigestContent(TUESDAY, reason, ("clustering",)), {}, make_chat()))


def test_the_owner_of_a_chat_hears_that_it_was_paused() -> None:
    view = render(NoticeContent("Lab channel", "archived"), {}, make_chat())
    assert render_lines(view)[0].startswith("I can’t post in Lab channel any more (it was archived).")


def test_a_notice_speaks_its_platforms_words() -> None:
    """What goes on by itself is not to be resumed; else the command is said as it is typed there."""
    phrases = PlatformPhrases(usage_prefix="/papers ", shared_mark="#")
    there = PlatformCapabilities(phrases=phrases, announced_ends=frozenset({UnavailableReason.ARCHIVED}))

    def said(reason: UnavailableReason) -> str:
        content = NoticeContent("news", reason.value)
        return "\n".join(render_lines(render_content(content, {}, make_chat(), capabilities=there)))

    archived, silenced = said(UnavailableReason.ARCHIVED), said(UnavailableReason.NO_RIGHT_TO_POST)
    assert "#news" in archived
    assert "resume" not in archived
    assert "/papers resume" in silenced


def test_labels_fit_their_buttons() -> None:
    settings = ChatSettings(hour=time(23, 59), zone="Europe/Berlin")
    view = render(content(TWO, topic_count=50), papers(TWO), make_chat(settings=settings), 12345)
    assert len(render_lines(view)[-1].split("]")[0]) - 1 <= 20
