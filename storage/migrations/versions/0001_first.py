"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _papers()
    _chats()
    _topics()
    _outbox()
    _people()
    _inbox()
    _conversation()


def _papers() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("organization_full_name", sa.String(), nullable=False),
        sa.Column("tldr", sa.String(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("upvotes", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("code_url", sa.String(), nullable=False),
        sa.Column("code_stars", sa.Integer(), nullable=False),
        sa.Column("project_url", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
    )
    op.create_index("ix_paper_listed_on", "paper", ["listed_on"], unique=False)
    op.create_index("ix_paper_revision", "paper", ["revision"], unique=True)
    op.create_table(
        "listing",
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name="fk_listing_paper_id_paper", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "source", "day", name="pk_listing"),
    )
    op.create_index("ix_listing_day", "listing", ["day"], unique=False)
    op.create_table(
        "poll",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", "at", name="pk_poll"),
    )
    op.create_index("ix_poll_at", "poll", ["at"], unique=False)
    op.create_table(
        "source",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_success_at", MOMENT, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_source"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    counters = sa.table("counter", sa.column("name", sa.String()), sa.column("value", sa.Integer()))
    op.bulk_insert(counters, [{"name": "papers", "value": 0}, {"name": "edits", "value": 0}])


def _chats() -> None:
    op.create_table(
        "chat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("hour", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("with_summary", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("empty_note", sa.String(), nullable=False),
        sa.Column("patience_minutes", sa.Integer(), nullable=False),
        sa.Column("when_settled", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("counting_from", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("paused_because", sa.String(), nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("next_digest_at", MOMENT, nullable=True),
        sa.Column("last_local_day", sa.Date(), nullable=True),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("dm_channel", sa.String(), nullable=False),
        sa.Column("first_empty_told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
        sa.UniqueConstraint("platform", "workspace", "chat", "thread", name="uq_chat_platform_workspace_chat_thread"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_due", "chat", ["status", "next_digest_at"], unique=False)


def _topics() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.UniqueConstraint("digest", name="uq_topic_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_subscription_chat_id_chat", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_subscription_topic_id_topic", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("chat_id", "topic_id", name="uq_subscription_chat_id_topic_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscription_topic_id", "subscription", ["topic_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("rose", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name="fk_decision_paper_id_paper", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_decision_topic_id_topic", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "paper_id", name="pk_decision"),
    )
    op.create_index("ix_decision_paper_id", "decision", ["paper_id"], unique=False)


def _outbox() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", BIG_NUMBER, nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("client_key", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("sending_at", MOMENT, nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("maybe_repeated", sa.Boolean(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_delivery_chat_id_chat", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("chat_id", "kind", "key", "part", name="uq_delivery_chat_id_kind_key_part"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_expiry", "delivery", ["state", "expires_at"], unique=False)
    op.create_index("ix_delivery_queue", "delivery", ["state", "platform", "created_at", "id"], unique=False)
    op.create_table(
        "edition",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("empty", sa.String(), nullable=False),
        sa.Column("delivery_id", BIG_NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_edition_chat_id_chat", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_edition_delivery_id_delivery", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("chat_id", "local_day", name="pk_edition"),
    )
    op.create_index("ix_edition_delivery_id", "edition", ["delivery_id"], unique=False)
    op.create_index("ix_edition_planned_at", "edition", ["planned_at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("delivery_id", BIG_NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_ledger_chat_id_chat", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_ledger_delivery_id_delivery", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name="fk_ledger_paper_id_paper", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "paper_id", name="pk_ledger"),
    )
    op.create_index("ix_ledger_delivery_id", "ledger", ["delivery_id"], unique=False)
    op.create_index("ix_ledger_paper_id", "ledger", ["paper_id"], unique=False)
    op.create_table(
        "hold",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_hold"),
    )


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("platform", "workspace", "user", name="uq_person_platform_workspace_user"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved_paper",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name="fk_saved_paper_paper_id_paper", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_saved_paper_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "paper_id", name="pk_saved_paper"),
    )
    op.create_index("ix_saved_paper_paper_id", "saved_paper", ["paper_id"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbound_event",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "event_id", name="pk_inbound_event"),
    )
    op.create_index("ix_inbound_event_at", "inbound_event", ["at"], unique=False)
    op.create_table(
        "shelf",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_shelf"),
    )


def _conversation() -> None:
    op.create_table(
        "utterance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("view", sa.JSON(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_utterance"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_utterance_key",
        "utterance",
        ["key"],
        unique=True,
        sqlite_where=sa.text("key <> ''"),
        postgresql_where=sa.text("key <> ''"),
    )
