"""Who asked for digests and has not confirmed yet, links of chats, and the installation's key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "installation_key",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation_key"),
    )
    op.create_table(
        "chat_link",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_chat_link_chat_id_chat", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chat_link"),
        sa.UniqueConstraint("public_id", name="uq_chat_link_public_id"),
    )
    op.create_table(
        "signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("hour", sa.Time()),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_signup"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_signup_token_hash", "signup", ["token_hash"])
    op.create_index("ix_signup_waiting", "signup", ["platform", "sent_at"])
    op.create_table(
        "quota_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quota_use"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quota_use_scope", "quota_use", ["scope", "at"])
