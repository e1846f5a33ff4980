"""Somebody at one platform: types, presses what is offered, and reads what stands there.

A reader hides how a platform is reached, and nothing of what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Reader(Protocol):
    """One person and one screen."""

    async def ask(self, line: str) -> str:
        """Types a line, commands with a slash; what is answered, with the labels of its buttons."""
        ...

    async def press(self, label: str) -> str:
        """Presses the newest button whose label begins so; what stands there, or is said, afterwards. Raises
        AssertionError where no button is called so."""
        ...

    async def came(self) -> str:
        """What Paperboy wrote by itself since this person last read; '' for nothing."""
        ...


def find_label(labels: Iterable[str], beginning: str) -> str:
    """The first label that begins so, '' for none."""
    return next((label for label in labels if label.startswith(beginning)), "")
