"""How a chat wants its digests drawn, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat", sa.Column("look", sa.String(), nullable=False, server_default="plain"))
    op.add_column("chat", sa.Column("look_since", sa.Date(), nullable=True))
