"""The week's best once more, at its end, when votes have settled: for chats that asked for it.

It stands under the last digest of the week, without the papers that are in it, or comes by itself where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.chats import Chat
from bot.deliveries import RoundupContent
from bot.i18n import t, tn
from bot.papers import Paper
from bot.views import Block, Button, Buttons, PaperList, PaperListItem, TextBlock, View


def roundup_section(best: Sequence[str], shown: Iterable[str], papers: Mapping[str, Paper]) -> tuple[Block, ...]:
    """The titles below a digest that brings the papers ``shown``."""
    there = set(shown)
    lines = tuple(PaperListItem(papers[one]) for one in best if one in papers and one not in there)
    return (PaperList(lines, t("<b>The week’s best on these topics</b>")),) if lines else ()


def standalone_roundup(content: RoundupContent, papers: Mapping[str, Paper], chat: Chat) -> View:
    """A message of its own on a day that brought nothing new."""
    present = [papers[one] for one in content.papers if one in papers]
    head = tn(
        "<b>The week’s best paper on your topics</b> · {day}",
        "<b>The week’s {n} best papers on your topics</b> · {day}",
        len(present),
        day=content.local_day,
    )
    lines = tuple(PaperListItem(paper, number) for number, paper in enumerate(present, 1))
    numbers = tuple(Button(t("{n}", n=number), f"paper {paper.id}") for number, paper in enumerate(present, 1))
    off = Button(t("No roundup, please"), "settings roundup off")
    return View((TextBlock(head), PaperList(lines), Buttons((numbers, (Button(t("Topics"), "topics"), off)))))
