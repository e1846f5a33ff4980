"""Papers keep the day they were last listed again. Of earlier ones it is empty until their list is read once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("paper", sa.Column("relisted_on", sa.Date(), nullable=True))
    op.create_index("ix_paper_relisted_on", "paper", ["relisted_on"], unique=False)
