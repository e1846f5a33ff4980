"""The tables, one file a family; statements are written against the ``Table`` objects named here."""

from __future__ import annotations

from storage.tables.chats import ChatRow
from storage.tables.columns import Row, UtcDateTime, table_of
from storage.tables.conversation import UtteranceRow
from storage.tables.coordination import LaneRow, LeaseRow, PauseRow
from storage.tables.inbox import InboundEventRow, ShelfRow
from storage.tables.outbox import DeliveryRow, EditionRow, HoldRow, LedgerRow
from storage.tables.papers import CounterRow, ListingRow, PaperRow, PollRow, SourceRow
from storage.tables.people import PersonRow, RemoteRow, SavedPaperRow
from storage.tables.topics import DecisionRow, SubscriptionRow, TopicRow
from storage.tables.workspaces import WorkspaceSettingRow

METADATA = Row.metadata

chat = table_of(ChatRow)
counter = table_of(CounterRow)
decision = table_of(DecisionRow)
delivery = table_of(DeliveryRow)
edition = table_of(EditionRow)
hold = table_of(HoldRow)
inbound_event = table_of(InboundEventRow)
lane = table_of(LaneRow)
lease = table_of(LeaseRow)
ledger = table_of(LedgerRow)
listing = table_of(ListingRow)
paper = table_of(PaperRow)
pause = table_of(PauseRow)
person = table_of(PersonRow)
poll = table_of(PollRow)
remote = table_of(RemoteRow)
saved_paper = table_of(SavedPaperRow)
shelf = table_of(ShelfRow)
source = table_of(SourceRow)
subscription = table_of(SubscriptionRow)
topic = table_of(TopicRow)
utterance = table_of(UtteranceRow)
workspace_setting = table_of(WorkspaceSettingRow)

__all__ = [
    "METADATA",
    "Row",
    "UtcDateTime",
    "chat",
    "counter",
    "decision",
    "delivery",
    "edition",
    "hold",
    "inbound_event",
    "lane",
    "lease",
    "ledger",
    "listing",
    "paper",
    "pause",
    "person",
    "poll",
    "remote",
    "saved_paper",
    "shelf",
    "source",
    "subscription",
    "topic",
    "utterance",
    "workspace_setting",
]
