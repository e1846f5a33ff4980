"""Which papers a chat was shown last, so that *save 2* and *more* mean that list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.calls import AskedFrom, CommandCall
from bot.chats import ChatAddress
from bot.views import Button, Buttons, PaperCard, PaperList, PaperSummary, View

REMEMBERED_FOR = timedelta(hours=1)
MAX_REMEMBERED = 10_000  # chats


@dataclass(frozen=True, slots=True)
class ShownList:
    """Ids of papers by the numbers they stood under; ``current`` is the paper whose card was opened last, '' for none.

    ``more`` is the command of the next page, ``follow`` the only one on the answer that follows something; '' for none.
    """

    papers: tuple[tuple[int, str], ...] = ()
    current: str = ""
    more: str = ""
    follow: str = ""

    def find(self, named: str) -> str | None:
        """The paper of a number (``12``) or a place on the page (``2.``, ``last``); for ``''`` the open one, or the
        only one there is."""
        if not named:
            return self.current or (self.papers[0][1] if len(self.papers) == 1 else None)
        if named == "last":
            return self.papers[-1][1] if self.papers else None
        if not named.removesuffix(".").isdecimal():
            return None
        number = int(named.removesuffix("."))
        if named.endswith("."):
            return self.papers[number - 1][1] if 0 < number <= len(self.papers) else None
        return dict(self.papers).get(number)


@dataclass(slots=True)
class LastLists:
    """The last list of each chat. In memory alone: after a restart the last digest takes its place."""

    _shown: dict[ChatAddress, tuple[ShownList, datetime]] = field(default_factory=dict)

    def note(self, call: CommandCall, view: View, now: datetime) -> None:
        """Remembers what ``view`` shows, answered ``now`` (UTC); not what one person of several reads alone."""
        if call.asked_from is not AskedFrom.CHAT or (view.private and not call.kind.personal):
            return
        shown = _merge(self.find(call.chat, now) or ShownList(), view)
        self._shown.pop(call.chat, None)
        self._shown[call.chat] = shown, now
        while len(self._shown) > MAX_REMEMBERED:
            del self._shown[next(iter(self._shown))]

    def find(self, chat: ChatAddress, now: datetime) -> ShownList | None:
        """The last list of the chat, None where none was shown within the hour."""
        shown, at = self._shown.get(chat, (None, now))
        return shown if now - at <= REMEMBERED_FOR else None


def _merge(before: ShownList, view: View) -> ShownList:
    """A list takes the place of the one before, a card stands beside it, and anything else leaves it as it is."""
    commands = [each.command for each in _buttons(view)]
    follows = {each for each in commands if each.startswith("subscribe ")}
    follow = (follows.pop() if len(follows) == 1 else "") if follows else before.follow
    if papers := tuple(_numbered(view)):
        more = [each.command for each in _buttons(view) if each.label.msgid.startswith("Next ")]
        return ShownList(papers, more=more[0] if more else "", follow=follow)
    cards = [block.paper.id for block in view.blocks if isinstance(block, PaperCard)]
    return replace(before, current=cards[0] if cards else before.current, follow=follow)


def _numbered(view: View) -> Iterator[tuple[int, str]]:
    for block in view.blocks:
        match block:
            case PaperSummary(number, paper) if number:
                yield number, paper.id
            case PaperList(lines):
                yield from ((line.number, line.paper.id) for line in lines if line.number)


def _buttons(view: View) -> Iterator[Button]:
    for block in view.blocks:
        for row in block.rows if isinstance(block, Buttons) else ():
            yield from row
