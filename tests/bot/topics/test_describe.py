"""How Paperboy says what it understood."""

from __future__ import annotations

import pytest

from bot.i18n import Translator
from bot.topics.describe import describe_topic
from bot.topics.parser import parse


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("diffusion has:code -driving", "papers about diffusion, with code, leaving out what is about driving"),
        ("robotics AND safety", "papers about robotics and safety"),
        ("diffusion or clustering", "papers about diffusion or clustering"),
        (
            '(diffusion OR "flow matching") has:project',
            "papers (about diffusion or saying “flow matching”), with a project page",
        ),
        ('agents -"benchmark"', "papers about agents, leaving out every mention of “benchmark”"),
        ("agents -(driving OR cars)", "papers about agents, leaving out what is (about driving or cars)"),
        ('author:"Yann LeCun" org:meta', "papers by Yann LeCun, from meta"),
        (
            "title:agents keyword:rlhf source:arxiv",
            "papers with agents in the title, with the keyword rlhf, listed at arxiv",
        ),
        ("upvotes>=1", "papers with at least 1 vote"),
        ("upvotes>=20 since:2026-11-01", "papers with at least 20 votes, listed since 2026-11-01"),
        (
            'diffusion also:"flow matching, RAG" has:code',
            "papers about diffusion (also flow matching, RAG), with code",
        ),
        ("robotics AND diffusion also:RAG", "papers about robotics and diffusion (also RAG)"),
        ("diffusion also:none", "papers about diffusion"),
        ("diffusion also:RAG match:strict", "papers about diffusion; only where it is plainly the subject"),
        ("agents match:strict", "papers about agents; only where it is plainly the subject"),
        ("agents match:wide", "papers about agents; also where they only mention it"),
    ],
)
def test_a_topic_in_words(typed: str, said: str) -> None:
    assert Translator().plain_text(describe_topic(parse(typed))) == said
