"""The unit of work: one transaction over everything that is stored."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports.chat_feeds import ChatFeedRepository
from bot.ports.conversation import ConversationRepository
from bot.ports.endpoints import EndpointRepository
from bot.ports.outbox import Outbox
from bot.ports.papers import PaperRepository
from bot.ports.persons import Inbox, PersonRepository
from bot.ports.signups import SignupRepository
from bot.ports.subscriptions import ChatRepository, SubscriptionRepository
from bot.ports.workspaces import WorkspaceSettingsRepository


class UnitOfWork(Protocol):
    """One transaction, made anew for each use; without :meth:`commit` nothing stays."""

    papers: PaperRepository
    chats: ChatRepository
    subscriptions: SubscriptionRepository
    outbox: Outbox
    persons: PersonRepository
    inbox: Inbox
    conversation: ConversationRepository
    workspace_settings: WorkspaceSettingsRepository
    signups: SignupRepository
    chat_feeds: ChatFeedRepository
    endpoints: EndpointRepository

    async def commit(self) -> None:
        """Makes everything since the start, or the last commit, stay. Raises RuntimeError where only reading is
        allowed."""
        ...


class Storage(Protocol):
    """Where everything that matters is stored."""

    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that may commit; on SQLite it begins IMMEDIATE and one at a time."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that only reads, beside writers."""
        ...
