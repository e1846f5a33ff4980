"""Which papers come with their summary: the rule, on days small and large."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.papers import Paper
from bot.planning.selection import main_topic, matches_title, select_papers, thread_pages, title_groups, topic_counts
from bot.ports import Candidate
from tests.bot.factories import make_candidate, make_paper

TOPICS = ("diffusion", "world model", "VLM", "reasoning", "speech")


def ids(chosen: object) -> list[str]:
    return [one.paper_id for one in chosen]  # type: ignore[attr-defined]  # candidates or papers


@st.composite
def a_day(draw: st.DrawFn) -> list[Candidate]:
    numbers = draw(st.lists(st.integers(1, 99999), unique=True, max_size=30))
    found = []
    for number in numbers:
        topics = draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True))
        shown = draw(st.integers(0, len(topics)))
        one = make_paper(number, votes=draw(st.integers(0, 60)))
        found.append(make_candidate(one, *topics[:shown], hidden=tuple(topics[shown:])))
    return found


def test_up_to_seven_all_come_with_their_summary_most_votes_first() -> None:
    day = [make_candidate(make_paper(n, votes=n), "diffusion") for n in range(1, 8)]
    chosen = select_papers(day)
    assert all(one.with_summary for one in chosen)
    assert ids(chosen) == [f"2608.{n:05}" for n in range(7, 0, -1)]


def test_with_eight_there_are_five_and_three_titles() -> None:
    chosen = select_papers([make_candidate(make_paper(n, votes=n), "diffusion") for n in range(1, 9)])
    assert [one.with_summary for one in chosen] == [True] * 5 + [False] * 3
    assert len(chosen) == 8


def test_two_of_the_five_places_go_to_topics_that_votes_alone_would_bury() -> None:
    loud = [make_candidate(make_paper(n, votes=50 + n), "world model") for n in range(1, 8)]
    quiet = [make_candidate(make_paper(100, votes=2), "speech"), make_candidate(make_paper(101, votes=1), "diffusion")]
    full = [one.paper_id for one in select_papers([*loud, *quiet]) if one.with_summary]
    assert full == ["2608.00007", "2608.00006", "2608.00005", "2608.00100", "2608.00101"]


def test_a_topic_that_is_only_mentioned_gets_no_place_over_votes() -> None:
    loud = [make_candidate(make_paper(n, votes=50 + n), "world model") for n in range(1, 8)]
    mentioned = make_candidate(make_paper(100, votes=2), hidden=("speech",))
    assert "2608.00100" not in [one.paper_id for one in select_papers([*loud, mentioned]) if one.with_summary]


def test_the_days_best_paper_is_never_folded_away_under_one_whose_title_matches() -> None:
    best = make_candidate(make_paper(1, votes=51), hidden=("speech",))
    others = [make_candidate(make_paper(n, votes=2), "diffusion") for n in range(2, 12)]
    assert select_papers([*others, best])[0].paper_id == "2608.00001"


def test_the_others_are_grouped_by_topic_and_small_groups_joined() -> None:
    day = [make_candidate(make_paper(n, votes=99), "VLM") for n in range(1, 6)]
    day += [make_candidate(make_paper(n, votes=9 - n % 3), "world model") for n in range(10, 14)]
    day += [make_candidate(make_paper(20, votes=5), "speech"), make_candidate(make_paper(21, votes=6), "reasoning")]
    groups = title_groups([one for one in select_papers(day) if not one.with_summary])
    assert [(group.topic, len(group.selected)) for group in groups] == [("world model", 3), ("", 3)]


def test_a_paper_is_filed_under_the_topic_its_title_shows() -> None:
    one = select_papers([make_candidate(make_paper(1), "speech", hidden=("diffusion",))])[0]
    assert main_topic(one) == "speech"


@given(a_day())
def test_every_paper_comes_exactly_once(day: list[Candidate]) -> None:
    chosen = select_papers(day)
    assert sorted(ids(chosen)) == sorted(one.paper.id for one in day)
    assert sum(one.with_summary for one in chosen) == (len(day) if len(day) <= 7 else 5)
    assert ids(sorted(chosen, key=lambda one: not one.with_summary)) == ids(chosen)


@given(a_day())
def test_the_order_of_the_candidates_does_not_matter(day: list[Candidate]) -> None:
    assert select_papers(day) == select_papers(day[::-1])


@given(a_day())
def test_grouping_again_changes_nothing(day: list[Candidate]) -> None:
    others = [one for one in select_papers(day) if not one.with_summary]
    groups = title_groups(others)
    assert [one for group in groups for one in group.selected] == others


@given(a_day())
def test_three_most_voted_papers_are_always_shown_in_full(day: list[Candidate]) -> None:
    most = sorted((one.paper.upvotes for one in day), reverse=True)[:3]
    votes = {one.paper.id: one.paper.upvotes for one in day}
    full = sorted((votes[one.paper_id] for one in select_papers(day) if one.with_summary), reverse=True)
    assert full[:3] == most


@given(a_day())
def test_each_of_the_two_places_brings_a_topic_that_was_missing(day: list[Candidate]) -> None:
    chosen = select_papers(day)
    in_titles = {topic.topic for one in chosen for topic in one.topics if matches_title(topic)}
    missing = in_titles - {topic.topic for one in chosen if one.with_summary for topic in one.topics}
    without_places = in_titles - {topic for one in sorted_by_votes(day)[:3] for topic, _ in one.topics}
    assert len(missing) <= max(0, len(without_places) - 2)


@given(a_day(), st.integers(0, 10))
def test_how_many_says_how_many_come_with_a_summary(day: list[Candidate], wanted: int) -> None:
    full = sum(one.with_summary for one in select_papers(day, wanted))
    assert full == wanted or full == len(day) <= wanted + 2 * wanted // 5


def test_replies_hold_twelve_papers_at_most_and_eight_thousand_characters() -> None:
    papers = {f"2608.{n:05}": make_paper(n, "T" * 150, abstract="We propose " + "x" * 280 + ".") for n in range(1, 50)}
    chosen = select_papers([make_candidate(one, "diffusion") for one in papers.values()])
    parts = thread_pages(chosen, papers)
    assert [one.paper_id for part in parts for one in part] == [one.paper_id for one in chosen if not one.with_summary]
    assert all(one.with_summary for part in parts for one in part)
    assert all(len(part) <= 12 for part in parts)
    assert all(sum(_size(papers[one.paper_id]) for one in part) <= 8000 for part in parts)
    assert len(parts) == 4


def sorted_by_votes(day: list[Candidate]) -> list[Candidate]:
    def rank(one: Candidate) -> tuple[int, bool, str]:
        return (
            -one.paper.upvotes,
            not any(reason.place == "title" for _, why in one.topics for reason in why),
            one.paper.id,
        )

    return sorted(day, key=rank)


def _size(one: Paper) -> int:
    return len(one.title) + len(one.abstract) + len(one.url)


def test_topics_are_counted_with_every_paper_that_matches_them() -> None:
    chosen = select_papers(
        [make_candidate(make_paper(1), "diffusion", "VLM"), make_candidate(make_paper(2), "diffusion")]
    )
    assert topic_counts(chosen) == {"diffusion": 2, "VLM": 1}
