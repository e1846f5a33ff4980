"""The feeds of chats."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, optional_moment_column, owning_foreign_key


class ChatFeedRow(TableRow, table=True):
    """A secret address of a chat's digests, by the SHA-256 of its token; an ended one stays for a while, to say so."""

    __tablename__ = "chat_feed"

    token_hash: str = Field(primary_key=True)
    chat_id: int = owning_foreign_key("chat.id", index=True)
    created_at: datetime = moment_column()
    revoked_at: datetime | None = optional_moment_column()
