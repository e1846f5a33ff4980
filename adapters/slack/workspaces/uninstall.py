"""A workspace uninstalled the app: its tokens are erased and its digests paused, until it is installed again."""

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
#: For so long an installation outweighs a refusal, which may concern the token before.
JUST_INSTALLED: Final = timedelta(minutes=2)
log = logging.getLogger(__name__)


class UninstallHandler:
    """Notices it by Slack's events, and by calls that are refused."""

    def __init__(
        self,
        registry: WorkspaceRegistry,
        installations: InstallationRepository | None,
        chat_events: ChatEvents,
        clock: Clock,
    ) -> None:
        self._registry = registry
        self._installations = installations
        self._chat_events = chat_events
        self._clock = clock

    async def on_event(self, workspace: str, at: datetime) -> None:
        """Slack says that it happened then; it is over unless it was installed again since."""
        await self._finish(workspace, at)

    async def on_auth_error(self, workspace: str, problem: NotAuthorised) -> None:
        """A call was refused: the uninstall event may have been missed, since Slack sends it again for some minutes
        only. The static token is the operator's to look after."""
        if problem.reason not in REVOKED_REASONS:
            return
        try:
            if await self._registry.get(workspace) is not self._registry.static:
                await self._finish(workspace, self._clock.now() - JUST_INSTALLED)
        except Exception as error:  # the next digest notices it again
            log.error("an installation that is over could not be ended (%s)", type(error).__name__)

    async def _finish(self, workspace: str, before: datetime) -> None:
        if self._installations is not None and await self._registry.get(workspace) is not self._registry.static:
            if not await self._installations.erase(workspace, before):
                return
            self._registry.invalidate(workspace)
        await self._chat_events.on_unavailable(ChatAddress(SLACK, workspace, ""), UnavailableReason.UNINSTALLED)
