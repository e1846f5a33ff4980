"""Chats as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, ChatStatus, EmptyDigestPolicy, Layout, Look, Platform
from storage.tables import chat


def is_at(address: ChatAddress) -> ColumnElement[bool]:
    """The chat at an address."""
    return and_(is_in_any_thread_of(address), chat.c.thread == address.thread)


def is_in_any_thread_of(address: ChatAddress) -> ColumnElement[bool]:
    """The chats of all threads of an address."""
    return and_(chat.c.platform == address.platform, chat.c.workspace == address.workspace, chat.c.chat == address.chat)


def chat_from_row(row: Row[Any]) -> Chat:
    """The chat in a row of the table ``chat``."""
    return Chat(
        id=row.id,
        address=ChatAddress(Platform(row.platform), row.workspace, row.chat, row.thread),
        kind=ChatKind(row.kind),
        title=row.title,
        settings=_settings_from_row(row),
        created_at=row.created_at,
        eligible_from=row.counting_from,
        status=ChatStatus(row.status),
        pause_reason=row.paused_because,
        paused_until=row.paused_until,
        next_digest_at=row.next_digest_at,
        last_local_day=row.last_local_day,
        not_before=row.not_before,
        dm_channel=row.dm_channel,
        first_empty_notified=row.first_empty_told,
        owner=row.owner,
    )


def _settings_from_row(row: Row[Any]) -> ChatSettings:
    return ChatSettings(
        hour=row.hour,
        zone=row.zone,
        days=frozenset(int(day) for day in row.days),
        compact_summaries=row.with_summary,
        silent=row.silent,
        empty_digest_policy=EmptyDigestPolicy(row.empty_note),
        source_grace_minutes=row.patience_minutes,
        wait_for_complete_list=row.when_settled,
        muted=tuple(row.muted or ()),
        pictures=row.pictures,
        layout=Layout(row.layout),
        roundup=row.roundup,
        look=Look(row.look),
        look_since=row.look_since,
    )


def chat_to_row(saved: Chat) -> dict[str, Any]:
    """The values of a chat's row, all but its id."""
    return {
        "platform": saved.address.platform,
        "workspace": saved.address.workspace,
        "chat": saved.address.chat,
        "thread": saved.address.thread,
        "kind": saved.kind,
        "title": saved.title,
        **_settings_to_row(saved.settings),
        "created_at": saved.created_at,
        "counting_from": saved.eligible_from,
        "status": saved.status,
        "paused_because": saved.pause_reason,
        "paused_until": saved.paused_until,
        "next_digest_at": saved.next_digest_at,
        "last_local_day": saved.last_local_day,
        "not_before": saved.not_before,
        "dm_channel": saved.dm_channel,
        "first_empty_told": saved.first_empty_notified,
        "owner": saved.owner,
    }


def _settings_to_row(settings: ChatSettings) -> dict[str, Any]:
    return {
        "hour": settings.hour,
        "zone": settings.zone,
        "days": "".join(str(day) for day in sorted(settings.days)),
        "with_summary": settings.compact_summaries,
        "silent": settings.silent,
        "empty_note": settings.empty_digest_policy,
        "patience_minutes": settings.source_grace_minutes,
        "when_settled": settings.wait_for_complete_list,
        "muted": list(settings.muted) or None,
        "pictures": settings.pictures,
        "layout": settings.layout,
        "roundup": settings.roundup,
        "look": settings.look,
        "look_since": settings.look_since,
    }
