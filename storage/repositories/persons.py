"""Persons and their reading lists, in one unit of work."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, select, update

from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform
from bot.ports import ManagedChat, SavedPaper
from storage.engine.transaction import Transaction
from storage.repositories.chat_rows import chat_from_row
from storage.repositories.paper_rows import paper_from_row
from storage.tables import chat, managed_chat, paper, saved_paper, subscription, topic
from storage.tables import person as people


def _is_person(address: PersonAddress) -> ColumnElement[bool]:
    return and_(
        people.c.platform == address.platform, people.c.workspace == address.workspace, people.c.user == address.user
    )


def _is_managed_by(person: PersonAddress) -> ColumnElement[bool]:
    return and_(
        managed_chat.c.platform == person.platform,
        managed_chat.c.workspace == person.workspace,
        managed_chat.c.person == person.user,
    )


def _is_owned_by(person: PersonAddress) -> ColumnElement[bool]:
    there = and_(chat.c.platform == person.platform, chat.c.workspace == person.workspace)
    return and_(there, chat.c.owner == person.user)


def _is_added_by(person: PersonAddress, name: str) -> ColumnElement[bool]:
    """Beside a topic stands the name that was shown, in older rows perhaps the id."""
    chats = select(chat.c.id).where(chat.c.platform == person.platform, chat.c.workspace == person.workspace)
    names = [each for each in (person.user, name) if each]
    return and_(subscription.c.added_by.in_(names), subscription.c.chat_id.in_(chats))


class SqlPersonRepository:
    """Implements :class:`bot.ports.PersonRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def save_paper(self, person: PersonAddress, paper_id: str, at: datetime) -> bool:
        """Whether it was not saved before; an unknown paper is not saved."""
        if await self._transaction.fetch_scalar(select(paper.c.id).where(paper.c.id == paper_id)) is None:
            return False
        new = (
            self._transaction.insert(saved_paper)
            .values(person_id=await self._person_id(person), paper_id=paper_id, saved_at=at)
            .on_conflict_do_nothing()
            .returning(saved_paper.c.paper_id)
        )
        return await self._transaction.fetch_first(new) is not None

    async def _person_id(self, address: PersonAddress) -> int:
        query = select(people.c.id).where(_is_person(address))
        known = await self._transaction.fetch_scalar(query)
        if known is None:
            values = {"platform": address.platform, "workspace": address.workspace, "user": address.user}
            await self._transaction.execute(self._transaction.insert(people).values(values).on_conflict_do_nothing())
            known = await self._transaction.fetch_scalar(query)
        return int(known)

    async def unsave_paper(self, person: PersonAddress, paper_id: str) -> bool:
        theirs = saved_paper.c.person_id.in_(select(people.c.id).where(_is_person(person)))
        gone = await self._transaction.execute(delete(saved_paper).where(theirs, saved_paper.c.paper_id == paper_id))
        return gone > 0

    async def saved_papers(self, person: PersonAddress) -> list[SavedPaper]:
        query = (
            select(paper, saved_paper.c.saved_at)
            .join(saved_paper, saved_paper.c.paper_id == paper.c.id)
            .join(people, people.c.id == saved_paper.c.person_id)
            .where(_is_person(person))
            .order_by(saved_paper.c.saved_at.desc(), paper.c.id)
        )
        return [SavedPaper(paper_from_row(row), row.saved_at) for row in await self._transaction.fetch_all(query)]

    async def reading_lists(self) -> list[tuple[PersonAddress, list[str]]]:
        query = (
            select(people.c.platform, people.c.workspace, people.c.user, saved_paper.c.paper_id)
            .join(people, people.c.id == saved_paper.c.person_id)
            .order_by(people.c.id, saved_paper.c.saved_at.desc(), saved_paper.c.paper_id)
        )
        found: dict[PersonAddress, list[str]] = {}
        for row in await self._transaction.fetch_all(query):
            person = PersonAddress(Platform(row.platform), row.workspace, row.user)
            found.setdefault(person, []).append(row.paper_id)
        return list(found.items())

    async def owned_chats(self, person: PersonAddress) -> list[ChatAddress]:
        """The chats whose owner the person is."""
        rows = await self._transaction.fetch_all(select(chat).where(_is_owned_by(person)).order_by(chat.c.id))
        return [chat_from_row(row).address for row in rows]

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        row = await self._transaction.fetch_first(select(managed_chat).where(_is_managed_by(person)))
        return ManagedChat(row.chat, ChatKind(row.kind), row.title) if row else None

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        await self._transaction.execute(delete(managed_chat).where(_is_managed_by(person)))
        if managed is not None:
            of = {"platform": person.platform, "workspace": person.workspace, "person": person.user}
            values = of | {"chat": managed.chat, "kind": managed.kind, "title": managed.title}
            await self._transaction.execute(
                self._transaction.insert(managed_chat).values(values).on_conflict_do_nothing()
            )

    async def topics_added(self, person: PersonAddress, name: str) -> list[tuple[str, date]]:
        query = (
            select(topic.c.text, subscription.c.added_on)
            .join(topic, topic.c.id == subscription.c.topic_id)
            .where(_is_added_by(person, name))
            .order_by(subscription.c.id)
        )
        return [(row.text, row.added_on) for row in await self._transaction.fetch_all(query)]

    async def erase(self, person: PersonAddress, name: str = "") -> None:
        """The person, the reading list, and the name beside topics they added for others."""
        await self._transaction.execute(delete(people).where(_is_person(person)))
        await self._transaction.execute(update(subscription).where(_is_added_by(person, name)).values(added_by=""))
        await self._transaction.execute(update(chat).where(_is_owned_by(person)).values(owner=""))
        await self._transaction.execute(delete(managed_chat).where(_is_managed_by(person)))
