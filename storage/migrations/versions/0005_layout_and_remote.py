"""How a chat wants its papers laid out, who set it up, and which chat a person manages from the own one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat", sa.Column("layout", sa.String(), nullable=False, server_default="compact"))
    op.add_column("chat", sa.Column("roundup", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("chat", sa.Column("owner", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "remote",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "person", name="pk_remote"),
    )
