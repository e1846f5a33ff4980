"""How many whole answers one visitor gets; a reader that sends back its ETag asks as often as it likes."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Final

ANSWERS_OF_ONE: Final = 60  # within the window
WINDOW: Final = timedelta(hours=1)
MAX_VISITORS: Final = 10_000  # that are remembered, those who came last


class VisitorLimit:
    """Counts answers by visitor within the last hour; ``now`` is the moment, UTC. '' is somebody whom nobody can tell
    from others, and is not counted."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._answers: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wait_seconds(self, visitor: str) -> int:
        """How long the visitor has to wait, 0 where it need not."""
        answers = self._answers.get(visitor, deque())
        window_began = self._now() - WINDOW
        while answers and answers[0] <= window_began:
            answers.popleft()
        return ceil((answers[0] - window_began).total_seconds()) if len(answers) >= ANSWERS_OF_ONE else 0

    def record_answer(self, visitor: str) -> None:
        """Counts one."""
        if not visitor:
            return
        self._answers.setdefault(visitor, deque()).append(self._now())
        self._answers.move_to_end(visitor)
        while len(self._answers) > MAX_VISITORS:
            self._answers.popitem(last=False)
