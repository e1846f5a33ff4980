"""What holds for whole workspaces, in one unit of work."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, select

from bot.chats import Platform
from storage.engine.transaction import Transaction
from storage.tables import workspace_setting


class SqlWorkspaceSettingsRepository:
    """Implements :class:`bot.ports.WorkspaceSettingsRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get_setting(self, platform: Platform, workspace: str, name: str) -> str:
        """What is set, '' for nothing."""
        query = select(workspace_setting.c.value).where(_is_setting(platform, workspace, name))
        return str(await self._transaction.fetch_scalar(query) or "")

    async def set_setting(self, platform: Platform, workspace: str, name: str, value: str) -> None:
        """From now on that; '' sets it back."""
        await self._transaction.execute(delete(workspace_setting).where(_is_setting(platform, workspace, name)))
        if value:
            row = {"platform": platform, "workspace": workspace, "name": name, "value": value}
            await self._transaction.execute(self._transaction.insert(workspace_setting).values(**row))


def _is_setting(platform: Platform, workspace: str, name: str) -> ColumnElement[bool]:
    return and_(
        workspace_setting.c.platform == platform,
        workspace_setting.c.workspace == workspace,
        workspace_setting.c.name == name,
    )
