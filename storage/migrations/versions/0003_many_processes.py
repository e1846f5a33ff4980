"""What several processes agree upon, and when a digest was due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "lane",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("slowness", sa.Integer(), nullable=False),
        sa.Column("slow_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_lane"),
    )
    op.create_table(
        "pause",
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("bot", "chat", name="pk_pause"),
    )
    op.add_column("delivery", sa.Column("due_at", MOMENT, nullable=True))
    op.create_index("ix_delivery_sending", "delivery", ["state", "sending_at"], unique=False)
