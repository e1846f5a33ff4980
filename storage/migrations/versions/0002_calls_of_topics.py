"""What calls a topic up, kept with it; decisions are found by paper and topic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topic", sa.Column("called_by", sa.String(), nullable=True))
    op.add_column("topic", sa.Column("called_rule", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_decision_paper", "decision", ["paper_id", "topic_id"], unique=False)
    op.drop_index("ix_decision_paper_id", "decision")
