"""What was changed by the links of a mail: whoever it was passed on to can use them, so the next mail names it.

Only counted, under the chat's number: neither papers nor topics are kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.i18n import LazyText, join_texts, t, tn
from bot.ports import Clock, Storage, UnitOfWork

_KEPT_FOR: Final = timedelta(days=30)  # uses are pruned after that
_EDITIONS: Final = 7
UNDO: Final = "undo"
# By the command that a link's button runs.
_SAID: Final[Mapping[str, Callable[[int], LazyText]]] = {
    "unsubscribe": lambda n: t("the mails were stopped"),
    "pause": lambda n: t("the mails were paused"),
    "resume": lambda n: t("the mails were resumed"),
    "save": lambda n: tn("{n} paper was saved", "{n} papers were saved", n),
    "mute": lambda n: tn("{n} thing was muted", "{n} things were muted", n),
    UNDO: lambda n: tn("{n} change was taken back", "{n} changes were taken back", n),
}


class LinkChanges:
    """The changes of all chats of one installation."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def record(self, chat_id: int, command: str) -> None:
        """A link's button did this just now."""
        if command not in _SAID:
            return
        now = self._clock.now()
        async with self._storage.write() as work:
            await work.signups.record_use(_scope(chat_id), now)
            await work.signups.record_use(_scope(chat_id, command), now)
            await work.commit()

    async def sentence(self, chat_id: int) -> LazyText | None:
        """For the mail that is sent now: what was changed between its planning and that of the mail before, so that a
        second try says the same and no mail repeats it; None for nothing."""
        async with self._storage.read() as work:
            if not await work.signups.count_uses(_scope(chat_id), self._clock.now() - _KEPT_FOR):
                return None
            first, last = await _period(work, chat_id, self._clock.now())
            counts = {each: await _count(work, _scope(chat_id, each), first, last) for each in _SAID}
        said = [_SAID[each](n) for each, n in counts.items() if n]
        return t("Since the last mail, by its links: {changes}.", changes=join_texts(said)) if said else None


def _scope(chat_id: int, command: str = "") -> str:
    return f"by link {chat_id} {command}".strip()


async def _period(work: UnitOfWork, chat_id: int, now: datetime) -> tuple[datetime, datetime]:
    mailed = [each.planned_at for each in await work.outbox.editions(chat_id, _EDITIONS) if each.delivery_id]
    last = mailed[0] if mailed else now
    return (mailed[1] if len(mailed) > 1 else datetime.min.replace(tzinfo=UTC)), last


async def _count(work: UnitOfWork, scope: str, first: datetime, last: datetime) -> int:
    return await work.signups.count_uses(scope, first) - await work.signups.count_uses(scope, last)
