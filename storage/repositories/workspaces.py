"""What holds for whole workspaces, in one unit of work."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, select

from bot.chats import Platform
from storage.engine.transaction import Transaction
from storage.tables import workspace_setting


class SqlWorkspaces:
    """Implements :class:`bot.ports.WorkspaceBook`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def setting(self, platform: Platform, workspace: str, name: str) -> str:
        """What is set, '' for nothing."""
        query = select(workspace_setting.c.value).where(_is(platform, workspace, name))
        return str(await self._transaction.value(query) or "")

    async def set(self, platform: Platform, workspace: str, name: str, value: str) -> None:
        """From now on that; '' sets it back."""
        await self._transaction.run(delete(workspace_setting).where(_is(platform, workspace, name)))
        if value:
            row = {"platform": platform, "workspace": workspace, "name": name, "value": value}
            await self._transaction.run(self._transaction.insert(workspace_setting).values(**row))


def _is(platform: Platform, workspace: str, name: str) -> ColumnElement[bool]:
    return and_(
        workspace_setting.c.platform == platform,
        workspace_setting.c.workspace == workspace,
        workspace_setting.c.name == name,
    )
