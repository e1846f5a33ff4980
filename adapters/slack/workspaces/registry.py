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
    """Finds the bot of a workspace. ``static`` is the one whose token the operator set."""

    def __init__(
        self, make_bot: MakeBot, clock: Clock, static: WorkspaceBot | None, installations: InstallationRepository | None
    ) -> None:
        self._make_bot = make_bot
        self._clock = clock
        self.static = static
        self._installations = installations
        self._installed: dict[str, WorkspaceBot] = {}

    async def get(self, workspace: str) -> WorkspaceBot:
        """The bot of a chat's workspace; whether the app is (still) installed there is found out by its first
        call. Raises NotAuthorised, RetryLater or OutcomeUnknown."""
        if self._installations is None:
            return self._only()
        if self.static is not None and await _is(self.static, workspace):
            return self.static
        if workspace not in self._installed:
            token = InstallationToken(self._installations, workspace, self._clock)
            self._installed[workspace] = self._make_bot(token, workspace)
        return self._installed[workspace]

    def _only(self) -> WorkspaceBot:
        if self.static is None:
            raise AssertionError("without a token and without OAuth there is no Slack")
        return self.static

    async def bot_for(self, context: AsyncBoltContext) -> WorkspaceBot | None:
        """The bot that a payload was sent to: the installation's, never that of whoever did something in a shared
        channel. None where the app is not installed."""
        if self._installations is None:
            return self._only()
        bot = await self.get(self.workspace_id(context))
        try:
            await bot.api.token()
            await bot.directory.bot_identity()
        except NotAuthorised:
            self.invalidate(self.workspace_id(context))
            return None
        return bot

    @staticmethod
    def workspace_id(context: AsyncBoltContext) -> str:
        """The id by which the workspace that a payload was sent to is known."""
        return (context.enterprise_id if context.is_enterprise_install else context.team_id) or ""

    def invalidate(self, workspace: str) -> None:
        """Drops the cached bot: the app was installed there (again), or uninstalled."""
        self._installed.pop(workspace, None)


async def _is(static: WorkspaceBot, workspace: str) -> bool:
    """Whether that is the operator's workspace; a token that Slack refuses is of none, and blocks no other."""
    try:
        return workspace in ("", (await static.directory.bot_identity()).workspace)
    except NotAuthorised:
        return False
