"""The week's best once more, at its end, when votes have settled: for chats that asked for it.

It stands under the last digest of the week, without the papers that are in it, or comes by itself where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.chats import Chat
from bot.deliveries import RoundupContent
from bot.i18n import say, say_n
from bot.papers import Paper
from bot.views import Block, Button, Buttons, Line, TitleLine, Titles, View


def under_digest(best: Sequence[str], shown: Iterable[str], papers: Mapping[str, Paper]) -> tuple[Block, ...]:
    """The titles below a digest that brings the papers ``shown``."""
    there = set(shown)
    lines = tuple(TitleLine(papers[one]) for one in best if one in papers and one not in there)
    return (Titles(lines, say("<b>The week’s best on these topics</b>")),) if lines else ()


def by_itself(content: RoundupContent, papers: Mapping[str, Paper], chat: Chat) -> View:
    """A message of its own on a day that brought nothing new."""
    present = [papers[one] for one in content.papers if one in papers]
    head = say_n(
        "<b>The week’s best paper on your topics</b> · {day}",
        "<b>The week’s {n} best papers on your topics</b> · {day}",
        len(present),
        day=content.local_day,
    )
    lines = tuple(TitleLine(paper, number) for number, paper in enumerate(present, 1))
    numbers = tuple(Button(say("{n}", n=number), f"paper {paper.id}") for number, paper in enumerate(present, 1))
    off = Button(say("No roundup, please"), "settings roundup off")
    return View((Line(head), Titles(lines), Buttons((numbers, (Button(say("Topics"), "topics"), off)))))
