"""What is set for a whole workspace at once."""

from __future__ import annotations

from typing import Protocol

from bot.chats import Platform


class WorkspaceSettingsRepository(Protocol):
    """The settings of workspaces in one unit of work."""

    async def get_setting(self, platform: Platform, workspace: str, name: str) -> str:
        """What is set, '' for nothing."""
        ...

    async def set_setting(self, platform: Platform, workspace: str, name: str, value: str) -> None:
        """From now on that; '' sets it back."""
        ...
