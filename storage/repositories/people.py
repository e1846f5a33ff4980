"""Persons and their reading lists, in one unit of work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update

from bot.chats import ChatAddress, ChatKind, PersonAddress
from bot.ports import Managed, SavedPaper
from storage.engine.transaction import Transaction
from storage.repositories.chat_rows import chat_of
from storage.repositories.paper_rows import paper_of
from storage.tables import chat, paper, remote, saved_paper, subscription
from storage.tables import person as people


def _is(address: PersonAddress) -> ColumnElement[bool]:
    return and_(
        people.c.platform == address.platform, people.c.workspace == address.workspace, people.c.user == address.user
    )


def _manages(person: PersonAddress) -> ColumnElement[bool]:
    return and_(
        remote.c.platform == person.platform, remote.c.workspace == person.workspace, remote.c.person == person.user
    )


def _owns(person: PersonAddress) -> ColumnElement[bool]:
    there = and_(chat.c.platform == person.platform, chat.c.workspace == person.workspace)
    return and_(there, chat.c.owner == person.user)


class SqlPeople:
    """Implements :class:`bot.ports.PeopleBook`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def save_paper(self, person: PersonAddress, paper_id: str, at: datetime) -> bool:
        """Whether it was not saved before; an unknown paper is not saved."""
        if await self._transaction.value(select(paper.c.id).where(paper.c.id == paper_id)) is None:
            return False
        new = (
            self._transaction.insert(saved_paper)
            .values(person_id=await self._person_id(person), paper_id=paper_id, saved_at=at)
            .on_conflict_do_nothing()
            .returning(saved_paper.c.paper_id)
        )
        return await self._transaction.one(new) is not None

    async def _person_id(self, address: PersonAddress) -> int:
        query = select(people.c.id).where(_is(address))
        known = await self._transaction.value(query)
        if known is None:
            values = {"platform": address.platform, "workspace": address.workspace, "user": address.user}
            await self._transaction.run(self._transaction.insert(people).values(values).on_conflict_do_nothing())
            known = await self._transaction.value(query)
        return int(known)

    async def unsave_paper(self, person: PersonAddress, paper_id: str) -> bool:
        theirs = saved_paper.c.person_id.in_(select(people.c.id).where(_is(person)))
        gone = await self._transaction.run(delete(saved_paper).where(theirs, saved_paper.c.paper_id == paper_id))
        return gone > 0

    async def saved(self, person: PersonAddress) -> list[SavedPaper]:
        query = (
            select(paper, saved_paper.c.saved_at)
            .join(saved_paper, saved_paper.c.paper_id == paper.c.id)
            .join(people, people.c.id == saved_paper.c.person_id)
            .where(_is(person))
            .order_by(saved_paper.c.saved_at.desc(), paper.c.id)
        )
        return [SavedPaper(paper_of(row), row.saved_at) for row in await self._transaction.all(query)]

    async def set_up(self, person: PersonAddress) -> list[ChatAddress]:
        """The chats whose owner the person is."""
        rows = await self._transaction.all(select(chat).where(_owns(person)).order_by(chat.c.id))
        return [chat_of(row).address for row in rows]

    async def managed(self, person: PersonAddress) -> Managed | None:
        row = await self._transaction.one(select(remote).where(_manages(person)))
        return Managed(row.chat, ChatKind(row.kind), row.title) if row else None

    async def manage(self, person: PersonAddress, managed: Managed | None) -> None:
        await self._transaction.run(delete(remote).where(_manages(person)))
        if managed is not None:
            of = {"platform": person.platform, "workspace": person.workspace, "person": person.user}
            values = of | {"chat": managed.chat, "kind": managed.kind, "title": managed.title}
            await self._transaction.run(self._transaction.insert(remote).values(values).on_conflict_do_nothing())

    async def erase(self, person: PersonAddress) -> None:
        """The person, the reading list, and the name beside topics they added for others."""
        await self._transaction.run(delete(people).where(_is(person)))
        chats = select(chat.c.id).where(chat.c.platform == person.platform, chat.c.workspace == person.workspace)
        theirs = and_(subscription.c.added_by == person.user, subscription.c.chat_id.in_(chats))
        await self._transaction.run(update(subscription).where(theirs).values(added_by=""))
        await self._transaction.run(update(chat).where(_owns(person)).values(owner=""))
        await self._transaction.run(delete(remote).where(_manages(person)))
