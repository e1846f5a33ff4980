"""Makes the installation follow a file, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.chats import Chat, ChatDefaults
from bot.ports import Storage, UnitOfWork
from paperboy.chats_file.addresses import AddressBook
from paperboy.chats_file.checked_yaml import ChatsFileError
from paperboy.chats_file.entries import ChatEntry, FileContent, ReadingListEntry
from paperboy.chats_file.plan import ChatChange, plan_addition, plan_following, plan_new_chat


@dataclass(frozen=True, slots=True)
class FilePlan:
    """All that would change: chats, how many papers would be saved, and those that are not in the archive."""

    chats: tuple[ChatChange, ...]
    saved: int
    unknown_papers: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.chats and not self.saved


class FileFollower:
    """Plans and makes the changes of one file at ``now``. ``only_add``: nothing that is here is changed or stopped."""

    def __init__(
        self, storage: Storage, book: AddressBook, defaults: ChatDefaults, now: datetime, *, only_add: bool
    ) -> None:
        self._storage = storage
        self._book = book
        self._defaults = defaults
        self._now = now
        self._plan_known = plan_addition if only_add else plan_following

    async def plan(self, content: FileContent) -> FilePlan:
        """What would change; nothing does. Raises ChatsFileError where a chat can't be made."""
        async with self._storage.write() as work:  # not committed: how new chats begin is asked of the database
            return await self._make(work, content)

    async def follow(self, content: FileContent) -> FilePlan:
        """Changes everything or, where something fails, nothing; returns what was changed."""
        async with self._storage.write() as work:
            plan = await self._make(work, content)
            await work.commit()
        return plan

    async def _make(self, work: UnitOfWork, content: FileContent) -> FilePlan:
        changes: list[ChatChange] = []
        problems: list[str] = []
        for entry in content.chats:
            try:
                change = await self._change(work, entry)
            except ChatsFileError as mistake:
                problems += mistake.problems
                continue
            if not change.is_empty:
                changes.append(change)
        if problems:
            raise ChatsFileError(*problems)
        saved, unknown = await self._save_papers(work, content.reading_lists)
        return FilePlan(tuple(changes), saved, unknown)

    async def _change(self, work: UnitOfWork, entry: ChatEntry) -> ChatChange:
        chat = await work.chats.find(entry.address)
        if chat is None:
            change = plan_new_chat(entry, await self._new_chat(work, entry), self._now)
        else:
            followed = (await work.subscriptions.followed_texts([chat.id]))[chat.id]
            change = self._plan_known(entry, chat, followed, self._now)
            self._check_limit(entry, len(followed) + len(change.added) - len(change.stopped), change)
        await self._store(work, change)
        return change

    async def _new_chat(self, work: UnitOfWork, entry: ChatEntry) -> Chat:
        if entry.kind is None:
            where = self._book.chat_text(entry.address)
            raise ChatsFileError(
                f"Line {entry.line}: {where} is not here yet; write its kind too: private, group or channel."
            )
        defaults = replace(self._defaults, days=self._book.default_days(entry.address.platform))
        return await work.chats.get_or_create(entry.address, entry.kind, entry.title, defaults, self._now)

    def _check_limit(self, entry: ChatEntry, topics: int, change: ChatChange) -> None:
        if change.added and topics > self._defaults.max_topics:
            where = self._book.chat_text(entry.address)
            raise ChatsFileError(
                f"Line {entry.line}: {where} would follow {topics} topics; MAX_TOPICS is {self._defaults.max_topics}."
            )

    async def _store(self, work: UnitOfWork, change: ChatChange) -> None:
        if change.is_empty:
            return
        await work.subscriptions.unfollow([number for number, _ in change.stopped])
        for topic in change.added:
            await work.subscriptions.follow(change.after.id, topic, day=self._now.date(), at=self._now)
        await work.chats.save(change.after)

    async def _save_papers(self, work: UnitOfWork, lists: Sequence[ReadingListEntry]) -> tuple[int, tuple[str, ...]]:
        """How many are new in their list, and those that no source has listed here yet."""
        known = {paper.id for paper in await work.papers.get([one for each in lists for one in each.papers])}
        saved = 0
        for each in lists:
            for place, paper in enumerate(each.papers):
                at = self._now - timedelta(microseconds=place)  # the file's order stays
                saved += paper in known and await work.persons.save_paper(each.person, paper, at)
        return saved, tuple(dict.fromkeys(one for each in lists for one in each.papers if one not in known))
