"""Topics that were followed earlier say where their further names came from."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

from bot.errors import InputError
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.stored_origins import with_stored_origins
from bot.matching.prefilter.topic_variants import fits_topic_limits
from bot.topics.formatter import format_topic
from bot.topics.parser import parse

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TOPIC = sa.table("topic", sa.column("id", sa.Integer), sa.column("digest", sa.String), sa.column("text", sa.String))


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(_TOPIC.c.id, _TOPIC.c.text).where(_TOPIC.c.text.contains("also:"))).all()
    for number, text in rows:
        if (new := _with_origins(text)) == text:
            continue
        digest = hashlib.sha256(new.encode("utf-8", "replace")).hexdigest()
        # Two topics that become one stay two: the later one keeps its names as they were.
        if connection.execute(sa.select(_TOPIC.c.id).where(_TOPIC.c.digest == digest)).first() is None:
            connection.execute(sa.update(_TOPIC).where(_TOPIC.c.id == number).values(digest=digest, text=new))


def _with_origins(text: str) -> str:
    """As it stands where it can't be read any more, or has no room."""
    try:
        topic = with_stored_origins(parse(text), load_bundled_catalogue())
    except InputError:
        return text
    return format_topic(topic) if fits_topic_limits(topic) else text
