"""One transaction with all its repositories."""

from __future__ import annotations

from bot.ports import ChatBook, Conversation, Inbox, Outbox, PaperShelf, PeopleBook, TopicBook, WorkspaceBook
from storage.chats import SqlChats
from storage.conversation import SqlConversation
from storage.inbox import SqlInbox
from storage.outbox import SqlOutbox
from storage.papers import SqlPapers
from storage.people import SqlPeople
from storage.topics import SqlTopics
from storage.transaction import Transaction
from storage.workspaces import SqlWorkspaces


class SqlUnitOfWork:
    """Implements :class:`bot.ports.UnitOfWork`."""

    papers: PaperShelf
    chats: ChatBook
    topics: TopicBook
    outbox: Outbox
    people: PeopleBook
    inbox: Inbox
    conversation: Conversation
    workspaces: WorkspaceBook

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.papers = SqlPapers(transaction)
        self.chats = SqlChats(transaction)
        self.topics = SqlTopics(transaction)
        self.outbox = SqlOutbox(transaction)
        self.people = SqlPeople(transaction)
        self.inbox = SqlInbox(transaction)
        self.conversation = SqlConversation(transaction)
        self.workspaces = SqlWorkspaces(transaction)

    async def commit(self) -> None:
        """Makes everything since the start, or the last commit, stay; raises RuntimeError where nothing may change."""
        if not self._transaction.writing:
            raise RuntimeError("this unit of work only reads")
        await self._transaction.commit()
