"""Whether something may be sent so that one person alone sees it: what is wrongly sent so is read by everybody.

A server skips the parameters that it does not know, and then posts for the whole group. So the server has to prove
first that it knows them: ``answerWidgetQuery`` is as old as the form in use (Bot API 10.4). A server that proved it and
posted for everybody all the same is never trusted again, also after a restart.
"""

from __future__ import annotations

import logging
from typing import Final

from adapters.telegram.client.server_methods import has_method
from adapters.telegram.replies.sender import Bot
from bot.ports import PlatformState

log = logging.getLogger(__name__)

PROOF: Final = "answerWidgetQuery"
NOT_TRUSTED: Final = "ephemeral messages were seen by everybody"


class EphemeralSupport:
    """What is known of the server, asked once and remembered."""

    def __init__(self, bot: Bot, state: PlatformState) -> None:
        self._bot = bot
        self._state = state
        self._proven: bool | None = None

    async def is_proven(self) -> bool:
        """Whether the server shows ephemeral messages to one person alone. Raises TelegramError while it is not
        known."""
        if self._proven is None:
            trusted = not await self._state.get_setting(self._workspace, NOT_TRUSTED)
            self._proven = trusted and await has_method(self._bot, PROOF)
        return self._proven

    async def record_seen_by_all(self) -> None:
        """Something private stood there for everybody: nothing is sent so any more."""
        self._proven = False
        await self._state.set_setting(self._workspace, NOT_TRUSTED, "yes")

    @property
    def _workspace(self) -> str:
        return str(self._bot.id)
