"""The invented papers that stand in the pictures: the bundled sample, dressed as if the real list had them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from adapters.huggingface.sample import load_sample_papers
from bot.papers import Paper

FRIDAY = date(2026, 8, 21)
# One title of the sample is there to break markup, and nobody wants it on a picture.
_UGLY = "9900.00007"


def week_of_papers() -> list[Paper]:
    """The seven weekdays up to Friday, thirteen papers on the last of them."""
    return [_listed(each.paper, each.day) for each in load_sample_papers(FRIDAY) if each.paper.id != _UGLY]


def one_long_day() -> list[Paper]:
    """The same papers, all listed on Friday."""
    return list({paper.id: replace(paper, listed_on=FRIDAY) for paper in week_of_papers()}.values())


def week_after(but: str) -> list[Paper]:
    """The same again a week later, under ids of their own and without those that speak of ``but``."""
    quiet = [paper for paper in week_of_papers() if but not in f"{paper.title} {paper.abstract}".casefold()]
    return [replace(each, id=f"2609.{each.id[-5:]}", listed_on=each.listed_on + timedelta(7)) for each in quiet]


def _listed(paper: Paper, day: date) -> Paper:
    """Under an id of that month which no month reaches."""
    return replace(paper, id=f"2608.9{paper.id[-4:]}", listed_on=day, sample=False)
