"""Chats have addresses of other programs that take their digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "endpoint",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("owner_chat_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("previous_secret", sa.String(), nullable=False),
        sa.Column("previous_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_endpoint_chat_id_chat", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["owner_chat_id"], ["chat.id"], name="fk_endpoint_owner_chat_id_chat", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name="pk_endpoint"),
    )
    op.create_index("ix_endpoint_owner_chat_id", "endpoint", ["owner_chat_id"])
