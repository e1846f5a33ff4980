"""Chats have secret addresses at which their digests are read as feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chat_feed",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_chat_feed_chat_id_chat", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_chat_feed"),
    )
    op.create_index("ix_chat_feed_chat_id", "chat_feed", ["chat_id"])
