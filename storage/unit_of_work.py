"""One transaction with all its repositories."""

from __future__ import annotations

from bot.ports import ChatBook, Conversation, Inbox, Outbox, PaperShelf, PeopleBook, TopicBook, WorkspaceBook
from storage.engine.transaction import Transaction
from storage.outbox import SqlOutbox
from storage.repositories.chats import SqlChats
from storage.repositories.conversation import SqlConversation
from storage.repositories.inbox import SqlInbox
from storage.repositories.papers import SqlPapers
from storage.repositories.people import SqlPeople
from storage.repositories.topics import SqlTopics
from storage.repositories.workspaces import SqlWorkspaces
from storage.tables import counter

TRIES = "tries"


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

    async def note_a_try(self) -> None:
        """Something that is written for the sake of writing; SQLite writes nothing where a row stays as it was."""
        first = self._transaction.insert(counter).values(name=TRIES, value=1)
        again = first.on_conflict_do_update(index_elements=["name"], set_={"value": 1 - counter.c.value})
        await self._transaction.run(again)
