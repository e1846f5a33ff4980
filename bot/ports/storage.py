"""One transaction over everything that is kept."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports.conversation import Conversation
from bot.ports.outbox import Outbox
from bot.ports.papers import PaperShelf
from bot.ports.persons import Inbox, PeopleBook
from bot.ports.subscriptions import ChatBook, TopicBook
from bot.ports.workspaces import WorkspaceBook


class UnitOfWork(Protocol):
    """One transaction, made anew for each use; without :meth:`commit` nothing stays."""

    papers: PaperShelf
    chats: ChatBook
    topics: TopicBook
    outbox: Outbox
    people: PeopleBook
    inbox: Inbox
    conversation: Conversation
    workspaces: WorkspaceBook

    async def commit(self) -> None: ...


class Storage(Protocol):
    """Where everything that matters is kept."""

    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that may commit; on SQLite it begins IMMEDIATE and one at a time."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that only reads, beside writers."""
        ...
