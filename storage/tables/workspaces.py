"""What holds for a whole workspace."""

from __future__ import annotations

from sqlmodel import Field

from storage.tables.columns import TableRow, sanitized_text


class WorkspaceSettingRow(TableRow, table=True):
    """One thing that is set for a workspace; what is as usual has no row."""

    __tablename__ = "workspace_setting"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str = sanitized_text()
