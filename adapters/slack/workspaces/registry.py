"""The workspaces that Paperboy works in: the one whose token is set, and those that installed it by OAuth."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.client.tokens import BotToken
from adapters.slack.install.installations import InstallationRepository, InstallationToken
from adapters.slack.workspaces.workspace_bot import WorkspaceBot
from bot.errors import NotAuthorised
from bot.ports import Clock

MakeBot = Callable[[BotToken, str], WorkspaceBot]


class WorkspaceRegistry:
    """Finds the workspace that something is about. ``given`` is the one whose token the operator set."""

    def __init__(
        self, make: MakeBot, clock: Clock, given: WorkspaceBot | None, installations: InstallationRepository | None
    ) -> None:
        self._make = make
        self._clock = clock
        self.static = given
        self._installations = installations
        self._installed: dict[str, WorkspaceBot] = {}

    async def get(self, workspace: str) -> WorkspaceBot:
        """The team that has a chat's workspace; whether the app is (still) installed there is found out by its first
        call. Raises NotAuthorised, RetryLater or OutcomeUnknown."""
        if self._installations is None:
            return self._only()
        if self.static is not None and await _is(self.static, workspace):
            return self.static
        if workspace not in self._installed:
            token = InstallationToken(self._installations, workspace, self._clock)
            self._installed[workspace] = self._make(token, workspace)
        return self._installed[workspace]

    def _only(self) -> WorkspaceBot:
        if self.static is None:
            raise AssertionError("without a token and without OAuth there is no Slack")
        return self.static

    async def bot_for(self, context: AsyncBoltContext) -> WorkspaceBot | None:
        """The team that a payload was sent to: the installation's, never that of whoever did something in a shared
        channel. None where the app is not installed."""
        if self._installations is None:
            return self._only()
        team = await self.get(self.workspace_id(context))
        try:
            await team.api.token()
            await team.directory.bot_identity()
        except NotAuthorised:
            self.invalidate(self.workspace_id(context))
            return None
        return team

    @staticmethod
    def workspace_id(context: AsyncBoltContext) -> str:
        """The id by which the workspace that a payload was sent to is known."""
        return (context.enterprise_id if context.is_enterprise_install else context.team_id) or ""

    def invalidate(self, workspace: str) -> None:
        """It was installed there (again), or taken away: what was known of it is not so any more."""
        self._installed.pop(workspace, None)


async def _is(given: WorkspaceBot, workspace: str) -> bool:
    """Whether that is the operator's; a token that Slack refuses is of no workspace, and holds up no other."""
    try:
        return workspace in ("", (await given.directory.bot_identity()).workspace)
    except NotAuthorised:
        return False
