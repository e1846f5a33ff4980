"""Papers have a picture, and the moment their text last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PAPER = sa.table("paper", sa.column("changed_at"), sa.column("text_changed_at"))


def upgrade() -> None:
    op.add_column("paper", sa.Column("thumbnail_url", sa.String(), nullable=False, server_default=""))
    op.add_column("paper", sa.Column("text_changed_at", UtcDateTime(), nullable=True))
    op.execute(sa.update(_PAPER).values(text_changed_at=_PAPER.c.changed_at))
