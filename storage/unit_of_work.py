"""One transaction with all its repositories."""

from __future__ import annotations

from bot.ports import (
    ChatFeedRepository,
    ChatRepository,
    ConversationRepository,
    EndpointRepository,
    Inbox,
    Outbox,
    PaperRepository,
    PersonRepository,
    SignupRepository,
    SubscriptionRepository,
    WorkspaceSettingsRepository,
)
from storage.engine.transaction import Transaction
from storage.outbox import SqlOutbox
from storage.repositories.chat_feeds import SqlChatFeedRepository
from storage.repositories.chats import SqlChatRepository
from storage.repositories.conversation import SqlConversationRepository
from storage.repositories.endpoints import SqlEndpointRepository
from storage.repositories.inbox import SqlInbox
from storage.repositories.papers import SqlPaperRepository
from storage.repositories.persons import SqlPersonRepository
from storage.repositories.signups import SqlSignupRepository
from storage.repositories.subscriptions import SqlSubscriptionRepository
from storage.repositories.workspaces import SqlWorkspaceSettingsRepository
from storage.tables import counter

WRITE_PROBE_COUNTER = "tries"


class SqlUnitOfWork:
    """Implements :class:`bot.ports.UnitOfWork`."""

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

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.papers = SqlPaperRepository(transaction)
        self.chats = SqlChatRepository(transaction)
        self.subscriptions = SqlSubscriptionRepository(transaction)
        self.outbox = SqlOutbox(transaction)
        self.persons = SqlPersonRepository(transaction)
        self.inbox = SqlInbox(transaction)
        self.conversation = SqlConversationRepository(transaction)
        self.workspace_settings = SqlWorkspaceSettingsRepository(transaction)
        self.signups = SqlSignupRepository(transaction)
        self.chat_feeds = SqlChatFeedRepository(transaction)
        self.endpoints = SqlEndpointRepository(transaction)

    async def commit(self) -> None:
        """Makes everything since the start, or the last commit, stay; raises RuntimeError where nothing may change."""
        if not self._transaction.writing:
            raise RuntimeError("this unit of work only reads")
        await self._transaction.commit()

    async def write_probe(self) -> None:
        """Something that is written for the sake of writing; SQLite writes nothing where a row stays as it was."""
        first = self._transaction.insert(counter).values(name=WRITE_PROBE_COUNTER, value=1)
        again = first.on_conflict_do_update(index_elements=["name"], set_={"value": 1 - counter.c.value})
        await self._transaction.execute(again)
