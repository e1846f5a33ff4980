"""The mark over everything that is shown from the bundled sample."""

from __future__ import annotations

from collections.abc import Iterable

from bot.papers import Paper
from bot.sentences import say
from bot.views import Banner

SAMPLE = Banner(say("<b>Sample</b>: invented papers, shown until Hugging Face answers."))


def sample_banner(papers: Iterable[Paper]) -> tuple[Banner, ...]:
    """The banner if any of the papers is invented, else nothing."""
    return (SAMPLE,) if any(paper.sample for paper in papers) else ()
