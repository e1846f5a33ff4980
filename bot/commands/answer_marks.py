"""What is put to an answer whichever command gave it: that it looked at a part only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.decisions.step_budget import StepBudget
from bot.i18n import t, tn
from bot.views import Block, Buttons, Footer, PaperCard, PaperList, PaperSummary, View


def shows_papers(view: View) -> bool:
    """Whether any paper stands in it."""
    return any(isinstance(block, PaperSummary | PaperList | PaperCard) for block in view.blocks)


def mark_partial(view: View, budget: StepBudget) -> View:
    """Says so where the budget did not suffice for everything."""
    if budget.looked_through is None or not view.blocks:
        return view
    said = t(
        "That takes too long to look through everything: I looked at the newest {papers}, so there may be more.",
        papers=tn("{n} paper", "{n} papers", budget.looked_through),
    )
    return replace(view, blocks=_before_buttons(view.blocks, Footer(said)))


def _before_buttons(blocks: Sequence[Block], remark: Block) -> tuple[Block, ...]:
    first = next((at for at, block in enumerate(blocks) if isinstance(block, Buttons)), len(blocks))
    return (*blocks[:first], remark, *blocks[first:])
