"""What a chat keeps out of its digests, and whether it wants pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat", sa.Column("muted", sa.JSON(), nullable=True))
    op.add_column("chat", sa.Column("pictures", sa.Boolean(), nullable=False, server_default=sa.false()))
