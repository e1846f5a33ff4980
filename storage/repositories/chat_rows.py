"""Chats as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, ChatStatus, EmptyNote, Layout, Platform
from storage.tables import chat


def at(address: ChatAddress) -> ColumnElement[bool]:
    """The chat at an address."""
    return and_(everywhere_in(address), chat.c.thread == address.thread)


def everywhere_in(address: ChatAddress) -> ColumnElement[bool]:
    """The chats of all threads of an address."""
    return and_(chat.c.platform == address.platform, chat.c.workspace == address.workspace, chat.c.chat == address.chat)


def chat_of(row: Row[Any]) -> Chat:
    """The chat in a row of the table ``chat``."""
    return Chat(
        id=row.id,
        address=ChatAddress(Platform(row.platform), row.workspace, row.chat, row.thread),
        kind=ChatKind(row.kind),
        title=row.title,
        settings=_settings_of(row),
        created_at=row.created_at,
        counting_from=row.counting_from,
        status=ChatStatus(row.status),
        paused_because=row.paused_because,
        paused_until=row.paused_until,
        next_digest_at=row.next_digest_at,
        last_local_day=row.last_local_day,
        not_before=row.not_before,
        dm_channel=row.dm_channel,
        first_empty_told=row.first_empty_told,
        owner=row.owner,
    )


def _settings_of(row: Row[Any]) -> ChatSettings:
    return ChatSettings(
        hour=row.hour,
        zone=row.zone,
        days=frozenset(int(day) for day in row.days),
        with_summary=row.with_summary,
        silent=row.silent,
        empty_note=EmptyNote(row.empty_note),
        patience_minutes=row.patience_minutes,
        when_settled=row.when_settled,
        muted=tuple(row.muted or ()),
        pictures=row.pictures,
        layout=Layout(row.layout),
        roundup=row.roundup,
    )


def row_of(saved: Chat) -> dict[str, Any]:
    """The values of a chat's row, all but its id."""
    return {
        "platform": saved.address.platform,
        "workspace": saved.address.workspace,
        "chat": saved.address.chat,
        "thread": saved.address.thread,
        "kind": saved.kind,
        "title": saved.title,
        **_settings_row(saved.settings),
        "created_at": saved.created_at,
        "counting_from": saved.counting_from,
        "status": saved.status,
        "paused_because": saved.paused_because,
        "paused_until": saved.paused_until,
        "next_digest_at": saved.next_digest_at,
        "last_local_day": saved.last_local_day,
        "not_before": saved.not_before,
        "dm_channel": saved.dm_channel,
        "first_empty_told": saved.first_empty_told,
        "owner": saved.owner,
    }


def _settings_row(settings: ChatSettings) -> dict[str, Any]:
    return {
        "hour": settings.hour,
        "zone": settings.zone,
        "days": "".join(str(day) for day in sorted(settings.days)),
        "with_summary": settings.with_summary,
        "silent": settings.silent,
        "empty_note": settings.empty_note,
        "patience_minutes": settings.patience_minutes,
        "when_settled": settings.when_settled,
        "muted": list(settings.muted) or None,
        "pictures": settings.pictures,
        "layout": settings.layout,
        "roundup": settings.roundup,
    }
