"""The tables, one file a family; statements are written against the ``Table`` objects named here."""

from __future__ import annotations

from storage.tables.chat_feeds import ChatFeedRow
from storage.tables.chats import ChatRow
from storage.tables.columns import TableRow, UtcDateTime, table_of
from storage.tables.conversation import ChatMessageRow
from storage.tables.coordination import CooldownRow, LeaseRow, RateLimitRow
from storage.tables.endpoints import EndpointRow
from storage.tables.inbox import CallbackTokenRow, InboundEventRow
from storage.tables.outbox import DeliveryRow, EditionRow, SentPaperRow, SuspensionRow
from storage.tables.papers import CounterRow, ListingRow, PaperRow, PollRow, SourceRow
from storage.tables.people import ManagedChatRow, PersonRow, SavedPaperRow
from storage.tables.signups import ChatLinkRow, InstallationKeyRow, QuotaUseRow, SignupRow
from storage.tables.topics import DecisionRow, SubscriptionRow, TopicRow
from storage.tables.workspaces import WorkspaceSettingRow

METADATA = TableRow.metadata

chat = table_of(ChatRow)
chat_feed = table_of(ChatFeedRow)
counter = table_of(CounterRow)
decision = table_of(DecisionRow)
delivery = table_of(DeliveryRow)
edition = table_of(EditionRow)
endpoint = table_of(EndpointRow)
suspension = table_of(SuspensionRow)
inbound_event = table_of(InboundEventRow)
rate_limit = table_of(RateLimitRow)
lease = table_of(LeaseRow)
sent_paper = table_of(SentPaperRow)
listing = table_of(ListingRow)
paper = table_of(PaperRow)
cooldown = table_of(CooldownRow)
person = table_of(PersonRow)
poll = table_of(PollRow)
managed_chat = table_of(ManagedChatRow)
saved_paper = table_of(SavedPaperRow)
callback_token = table_of(CallbackTokenRow)
source = table_of(SourceRow)
subscription = table_of(SubscriptionRow)
topic = table_of(TopicRow)
chat_message = table_of(ChatMessageRow)
workspace_setting = table_of(WorkspaceSettingRow)
signup = table_of(SignupRow)
chat_link = table_of(ChatLinkRow)
quota_use = table_of(QuotaUseRow)
installation_key = table_of(InstallationKeyRow)

__all__ = [
    "METADATA",
    "TableRow",
    "UtcDateTime",
    "callback_token",
    "chat",
    "chat_feed",
    "chat_link",
    "chat_message",
    "cooldown",
    "counter",
    "decision",
    "delivery",
    "edition",
    "endpoint",
    "inbound_event",
    "installation_key",
    "lease",
    "listing",
    "managed_chat",
    "paper",
    "person",
    "poll",
    "quota_use",
    "rate_limit",
    "saved_paper",
    "sent_paper",
    "signup",
    "source",
    "subscription",
    "suspension",
    "topic",
    "workspace_setting",
]
