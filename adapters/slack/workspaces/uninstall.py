"""A workspace took the app away: its tokens are erased and its digests paused, until it is installed again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from adapters.slack.capabilities import SLACK
from adapters.slack.install.installations import InstallationRepository
from adapters.slack.workspaces.registry import WorkspaceRegistry
from bot.chats import ChatAddress
from bot.errors import NotAuthorised, UnavailableReason
from bot.ports import ChatEvents, Clock

#: What Slack says of a token that never works again.
REVOKED_REASONS: Final = frozenset({"Slack says account_inactive", "Slack says token_revoked"})
#: So long an installation is believed more than a refusal, which may be of the token before.
JUST_INSTALLED: Final = timedelta(minutes=2)
log = logging.getLogger(__name__)


class UninstallHandler:
    """Hears of it from Slack's events, and from calls that are refused."""

    def __init__(
        self, teams: WorkspaceRegistry, installations: InstallationRepository | None, news: ChatEvents, clock: Clock
    ) -> None:
        self._teams = teams
        self._installations = installations
        self._news = news
        self._clock = clock

    async def on_event(self, workspace: str, at: datetime) -> None:
        """Slack says that it happened then; it is over unless it was installed again since."""
        await self._finish(workspace, at)

    async def on_auth_error(self, workspace: str, problem: NotAuthorised) -> None:
        """A call was refused. Slack tells for some minutes only that the app was taken away, and somebody may have
        missed it; the token of the operators is theirs to look after."""
        if problem.reason not in REVOKED_REASONS:
            return
        try:
            if await self._teams.get(workspace) is not self._teams.static:
                await self._finish(workspace, self._clock.now() - JUST_INSTALLED)
        except Exception as trouble:  # the next digest notices it again
            log.error("an installation that is over could not be ended (%s)", type(trouble).__name__)

    async def _finish(self, workspace: str, before: datetime) -> None:
        if self._installations is not None and await self._teams.get(workspace) is not self._teams.static:
            if not await self._installations.erase(workspace, before):
                return
            self._teams.invalidate(workspace)
        await self._news.on_unavailable(ChatAddress(SLACK, workspace, ""), UnavailableReason.UNINSTALLED)
