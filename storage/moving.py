"""All chats of one bot go over to another one, in one transaction: a token leaked, or a platform deleted the bot.

Nobody may use the database meanwhile (on SQLite: whoever calls holds the sender lock).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, delete, func, or_, select, update
from sqlalchemy.exc import DBAPIError

from bot.chats import ChatStatus, Platform
from bot.deliveries import DeliveryKind, DeliveryState
from bot.errors import UnavailableReason
from storage.database import parse_url
from storage.engine import postgres, sqlite
from storage.engine.errors import DatabaseError
from storage.engine.schema_version import check_revision
from storage.tables import chat, cooldown, delivery, inbound_event, managed_chat, person, suspension, workspace_setting

MOVED = "the chat moved to another bot"
_LEAVING_SECONDS: Final = 3.0
_LOOK_EVERY_SECONDS: Final = 0.05
_PEOPLE_AND_CHATS: Final = (chat, person, managed_chat)


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """What went over: chats, how many of them wait for a sign of life, reading lists, and messages that nobody knows
    to have arrived and that are not sent again."""

    chats: int
    waiting: int
    persons: int
    expired: int


class BotInUse(DatabaseError):
    """The new bot has chats or people of its own; they would have to be told apart from those that come."""


def move_bot(database_url: str, platform: Platform, old: str, new: str, *, dry_run: bool = False) -> MoveOutcome:
    """Gives all that belongs to the bot ``old`` (its id on the platform) to the bot ``new``; all of it or nothing.

    Topics, settings, what was sent and the reading lists stay, so no paper comes twice. Chats that get digests are
    paused until somebody writes there or adds the new bot: until then it may not write to them. What the old bot was
    sending counts as sent. ``dry_run``: everything is tried and taken back. Raises
    :class:`storage.engine.errors.DatabaseError`, :class:`BotInUse`.
    """
    with _transaction(database_url) as connection:
        if any(_count(connection, table, _belongs_to(table, platform, new)) for table in _PEOPLE_AND_CHATS):
            raise BotInUse(
                f"The bot {new} already has chats or reading lists here.", "Use a bot that nobody has talked with yet."
            )
        expired = _settle_deliveries(connection, platform, old)
        waiting = _pause_chats(connection, platform, old)
        _forget_what_was_of_the_bot(connection, platform, old)
        moved = [
            connection.execute(update(table).where(_belongs_to(table, platform, old)).values(workspace=new)).rowcount
            for table in _PEOPLE_AND_CHATS
        ]
        if dry_run:
            connection.rollback()
    return MoveOutcome(moved[0], waiting, moved[1], expired)


def known_bots(database_url: str, platform: Platform) -> list[str]:
    """The ids of the platform's bots that have chats here."""
    query = select(chat.c.workspace).distinct().where(chat.c.platform == platform).order_by(chat.c.workspace)
    with _transaction(database_url) as connection:
        return list(connection.scalars(query))


@contextmanager
def _transaction(database_url: str) -> Iterator[Connection]:
    url = parse_url(database_url)
    is_file = url.drivername == "sqlite"
    if is_file:
        sqlite.check_location(sqlite.path_of(url), may_create=False)
    engine = sqlite.maintenance_engine(url) if is_file else postgres.replacing_engine(url)
    try:
        if not is_file:
            _check_nobody_runs(engine)
        with engine.begin() as connection:
            check_revision(connection)
            yield connection
    except DBAPIError as error:
        if is_file:
            raise sqlite.to_database_error(error, sqlite.path_of(url)) from error
        raise postgres.to_database_error(error, url) from error
    finally:
        engine.dispose()


def _check_nobody_runs(engine: Engine) -> None:
    """The server takes a moment to notice that a process has gone."""
    until = monotonic() + _LEAVING_SECONDS
    while True:
        with engine.connect() as connection:  # one transaction sees one state of the server's list
            running = postgres.count_running(connection)
        if not running:
            return
        if monotonic() >= until:
            raise DatabaseError(
                f"Paperboy is running on this database (connections: {running}).", "Stop it everywhere, then move."
            )
        sleep(_LOOK_EVERY_SECONDS)


def _belongs_to(table: Table, platform: Platform, bot: str) -> ColumnElement[bool]:
    return and_(table.c.platform == platform, table.c.workspace == bot)


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(which)).scalar_one())


def _settle_deliveries(connection: Connection, platform: Platform, bot: str) -> int:
    """How many count as sent though nobody knows. Notices speak of chats of the old bot, and no message of the old bot
    can be edited by the new one."""
    theirs = delivery.c.chat_id.in_(select(chat.c.id).where(_belongs_to(chat, platform, bot)))
    on_their_way = delivery.c.state.in_((DeliveryState.SENDING, DeliveryState.UNCERTAIN))
    a_notice = and_(delivery.c.state == DeliveryState.PENDING, delivery.c.kind == DeliveryKind.NOTICE)
    expired = connection.execute(
        update(delivery)
        .where(theirs, or_(on_their_way, a_notice))
        .values(state=DeliveryState.EXPIRED, problem=MOVED, lease_until=None, owner="")
    ).rowcount
    connection.execute(update(delivery).where(theirs, delivery.c.receipt != "").values(receipt=""))
    return expired


def _pause_chats(connection: Connection, platform: Platform, bot: str) -> int:
    """How many wait for a sign of life. A person's own pause without an end is kept; one with an end begins again by
    itself, when nobody may have met the new bot yet."""
    waits = or_(chat.c.status == ChatStatus.ACTIVE, chat.c.paused_until.is_not(None), chat.c.paused_because != "")
    return connection.execute(
        update(chat)
        .where(_belongs_to(chat, platform, bot), waits)
        .values(
            status=ChatStatus.PAUSED,
            paused_because=UnavailableReason.MOVED.value,
            paused_until=None,
            next_digest_at=None,
        )
    ).rowcount


def _forget_what_was_of_the_bot(connection: Connection, platform: Platform, bot: str) -> None:
    """How fast it might send, what was learned of it, and its events: the new bot numbers its own from anew."""
    connection.execute(delete(suspension).where(_belongs_to(suspension, platform, bot)))
    connection.execute(delete(workspace_setting).where(_belongs_to(workspace_setting, platform, bot)))
    connection.execute(delete(cooldown).where(cooldown.c.bot == bot))
    connection.execute(delete(inbound_event).where(inbound_event.c.platform == platform))
