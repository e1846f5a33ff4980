"""The clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, so that tests and rehearsals can bring their own."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Returns at ``moment`` (UTC), at once if it is past; a clock that is set back meanwhile makes it no later."""
        ...
