"""How often a password may be tried."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

WINDOW_SECONDS: Final = 300.0
TRIES_OF_ONE: Final = 5  # wrong ones within the window, by one address
TRIES_OF_ALL: Final = 100  # by all together
MAX_ADDRESSES: Final = 10_000


class LoginThrottle:
    """Counts wrong tries, by address and by all together; an address that nobody can tell counts with all only."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._all: deque[float] = deque()
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_seconds(self, address: str) -> int:
        """How long ``address`` has to wait until its next try, 0 where it need not."""
        waits = [self._wait(self._all, TRIES_OF_ALL), self._wait(self._by_address.get(address, deque()), TRIES_OF_ONE)]
        return max(waits)

    def record_wrong(self, address: str) -> None:
        """Counts a wrong try."""
        self._all.append(self._now())
        if address:
            self._by_address.setdefault(address, deque()).append(self._now())
            self._by_address.move_to_end(address)
        while len(self._by_address) > MAX_ADDRESSES:
            self._by_address.popitem(last=False)

    def _wait(self, tries: deque[float], most: int) -> int:
        oldest_counted = self._now() - WINDOW_SECONDS
        while tries and tries[0] <= oldest_counted:
            tries.popleft()
        return int(tries[-most] - oldest_counted) + 1 if len(tries) >= most else 0
