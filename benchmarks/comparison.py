"""Figures of ours beside those of a yardstick, and how they are shown.

Machines differ and are shared; what holds from one to the next is the ratio of two things done by turns in one run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured on both; ``unit`` is '' for shares between 0 and 1."""

    metric: str
    ours: float
    baseline: float
    unit: str = ""

    @property
    def ratio(self) -> float:
        if self.ours == self.baseline:
            return 1.0
        return self.ours / self.baseline if self.baseline else float("inf")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures of ``ours`` (a name) beside those of ``yardstick``, under a title that says on what."""

    title: str
    ours: str
    baseline: str
    figures: Sequence[Figure]

    def table(self) -> Table:
        drawn = Table(box=SIMPLE_HEAD, show_edge=False)
        drawn.add_column("", min_width=36)
        for head in (self.ours, self.baseline, "ratio"):
            drawn.add_column(head, justify="right")
        for one in self.figures:
            drawn.add_row(
                one.metric, _formatted(one.ours, one.unit), _formatted(one.baseline, one.unit), f"×{one.ratio:.2f}"
            )
        return drawn


def show(comparison: Comparison, console: Console) -> None:
    console.print(f"\n[bold]{comparison.title}[/]\n")
    console.print(comparison.table())


def _formatted(value: float, unit: str) -> str:
    if not unit:
        return f"{value:.3f}"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.2f} {unit}"
