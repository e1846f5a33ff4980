"""The bundled sample shows what a real week can do: a rare topic, a flooded one, a quiet day, odd rows."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from importlib.resources import files
from statistics import median
from typing import Any

import pytest

SAMPLE: dict[str, Any] = json.loads(files("adapters.huggingface").joinpath("sample.json").read_text(encoding="utf-8"))
ROWS: list[tuple[int, dict[str, Any]]] = [(day["weekdays_ago"], row) for day in SAMPLE["days"] for row in day["rows"]]
PAPERS: dict[str, dict[str, Any]] = {row["paper"]["id"]: row["paper"] for _, row in ROWS}


def words(text: str) -> list[str]:
    """Lower-case words; an ending -s is dropped, so that *agents* is *agent* (but *cluster* stays itself)."""
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in re.findall(r"\w+", text.lower())]


def count(phrase: str, text: str) -> int:
    sought, found = words(phrase), words(text)
    return sum(found[at : at + len(sought)] == sought for at in range(len(found)))


def place(topic: str, paper: dict[str, Any]) -> str | None:
    """Where the topic stands: in the title, in the opening (first 35 words), twice in the abstract, or nowhere."""
    abstract = paper["summary"]
    if count(topic, paper["title"]):
        return "title"
    if count(topic, " ".join(abstract.split()[:35])):
        return "opening"
    return "twice" if count(topic, abstract) >= 2 else None


def about(topic: str) -> dict[str, str]:
    places = {paper_id: place(topic, paper) for paper_id, paper in PAPERS.items()}
    return {paper_id: where for paper_id, where in places.items() if where}


def listed() -> dict[str, list[int]]:
    days = defaultdict(list)
    for ago, row in ROWS:
        days[row["paper"]["id"]].append(ago)
    return days


def test_forty_papers_in_forty_one_rows_over_seven_weekdays() -> None:
    assert [day["weekdays_ago"] for day in SAMPLE["days"]] == list(range(7))
    assert all(day["rows"] for day in SAMPLE["days"])
    assert len(ROWS) == 41
    assert sorted(PAPERS) == [f"9900.{number:05d}" for number in range(1, 41)]


def test_one_paper_is_listed_on_two_days() -> None:
    assert {paper_id: days for paper_id, days in listed().items() if len(days) > 1} == {"9900.00024": [2, 5]}


@pytest.mark.parametrize(
    ("topic", "papers"),
    [
        ("clustering", 2),
        ("diffusion", 6),
        ("LLM agents", 14),
        ("reinforcement learning", 3),
        ("vision-language models", 3),
        ("retrieval-augmented generation", 2),
        ("robotics", 2),
        ("world model", 2),
        ("quantization", 1),
        ("speech", 1),
        ("mixture of experts", 1),
    ],
)
def test_a_topic_has_its_papers(topic: str, papers: int) -> None:
    assert len(about(topic)) == papers


def test_no_paper_slips_into_llm_agents_by_its_single_words() -> None:
    assert {paper_id for paper_id, paper in PAPERS.items() if count("agent", text(paper))} == set(about("LLM agents"))


def text(paper: dict[str, Any]) -> str:
    return f"{paper['title']}\n{paper['summary']}"


def test_clustering_is_rare_and_older_than_a_week_but_mentioned_elsewhere() -> None:
    assert {paper_id: listed()[paper_id] for paper_id in about("clustering")} == {
        "9900.00020": [5],
        "9900.00021": [6],
    }
    only_mention = {
        paper_id
        for paper_id, paper in PAPERS.items()
        if paper_id not in about("clustering")
        and (count("clustering", paper["summary"]) or count("GPU cluster", paper["summary"]))
    }
    assert len(only_mention) == 5


def test_diffusion_is_not_visible_in_every_title() -> None:
    places = sorted(about("diffusion").values())
    assert places == ["title"] * 4 + ["twice"] * 2


def test_the_newest_day_is_flooded_with_agents_and_has_diffusion() -> None:
    newest = {row["paper"]["id"] for ago, row in ROWS if ago == 0}
    assert len(newest & set(about("LLM agents"))) == 9
    assert len(newest & set(about("diffusion"))) == 3
    assert set(about("LLM agents")) & set(about("diffusion")) == {"9900.00008"}


def test_exactly_one_day_has_nothing_for_the_three_topics() -> None:
    wanted = {*about("LLM agents"), *about("diffusion"), *about("clustering")}
    quiet = [ago for ago in range(7) if not wanted & {row["paper"]["id"] for day, row in ROWS if day == ago}]
    assert quiet == [3]


def test_three_papers_have_no_tldr_but_say_what_they_do_after_the_first_sentence() -> None:
    bare = [paper for paper in PAPERS.values() if "ai_summary" not in paper]
    assert len(bare) == 3
    for paper in bare:
        first, rest = re.split(r"(?<=[.?!])\s", paper["summary"], maxsplit=1)
        assert "introduce" not in first
        assert "introduce" in rest


def test_a_newcomer_reads_titles_and_abstracts_without_markup_in_them() -> None:
    for paper in PAPERS.values():
        shown = f"{paper['title']} {paper['summary']} {paper.get('ai_summary', '')}"
        assert not [odd for odd in ("<", ">", "*", "`", "rm -rf", "🤖") if odd in shown], paper["id"]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS.keys())
def test_a_paper_is_of_a_real_size(paper: dict[str, Any]) -> None:
    assert 120 <= len(paper["summary"].split()) <= 220
    assert re.search(r"\bwe\b[^.]* (propose|introduce|present|show|find|study)|We use this", paper["summary"], re.I)
    assert len(paper.get("ai_summary", "")) <= 280
    assert paper["authors"]
    assert all(author["name"].strip() == author["name"] for author in paper["authors"])
    assert paper["ai_keywords"]


def test_rows_look_like_the_api_and_carry_no_date() -> None:
    for _, row in ROWS:
        assert row["title"] == row["paper"]["title"]
        assert row["summary"] == row["paper"]["summary"]
        assert row.get("organization") == row["paper"].get("organization")
        assert None not in row.values()
        assert None not in row["paper"].values()
        assert not {"submittedOnDailyAt", "publishedAt"} & {*row, *row["paper"]}


def test_what_papers_carry_is_as_frequent_as_on_real_days() -> None:
    papers = list(PAPERS.values())
    assert sum("organization" in paper for paper in papers) == 26
    assert sum("githubRepo" in paper for paper in papers) == 24
    assert sum(len(paper["authors"]) >= 8 for paper in papers) == 4
    assert median(paper["upvotes"] for paper in papers) == 6
    assert sum(paper["upvotes"] >= 40 for paper in papers) == 4
    assert sum(row["numComments"] >= 3 for _, row in ROWS) == 2
    assert all(row["numComments"] in (0, 1, 4, 7) for _, row in ROWS)


def test_every_code_address_is_invented() -> None:
    addresses = [paper["githubRepo"] for paper in PAPERS.values() if "githubRepo" in paper]
    assert all(re.fullmatch(r"https://github\.com/paperboy-sample/[a-z-]+", address) for address in addresses)
    assert len(set(addresses)) == len(addresses)
