"""What a chat follows, changed: each function is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.chats import Chat, Subscription
from bot.commands.core.chat_updates import change_in, scheduled, started
from bot.commands.core.command import Asked
from bot.commands.queries.topic_input import followed
from bot.errors import UserMistake
from bot.i18n import say
from bot.ports import UnitOfWork
from bot.topics import Topic


@dataclass(frozen=True, slots=True)
class Followed:
    """The chat as it stands afterwards, the subscription, whether it is new, and whether it is the chat's first."""

    chat: Chat
    subscription: Subscription
    new: bool
    first: bool = False


async def follow(asked: Asked, topic: Topic) -> Followed:
    """Follows the topic from today's list on. Raises UserMistake at the limit."""
    async with asked.services.storage.write() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        if (known := followed(subscriptions, topic)) is not None:
            return Followed(await work.chats.get(asked.chat.id) or asked.chat, known, new=False)
        _check_limit(asked, len(subscriptions) + 1)
        subscription = await _add(work, asked, topic, asked.today)
        chat = await _start(work, asked, first=not subscriptions)
        await work.commit()
    return Followed(chat, subscription, new=True, first=not subscriptions)


async def follow_all(asked: Asked, topics: Sequence[Topic]) -> None:
    """Follows those that are not followed yet. Raises UserMistake, and follows none, beyond the limit."""
    async with asked.services.storage.write() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        missing = [topic for topic in topics if followed(subscriptions, topic) is None]
        _check_limit(asked, len(subscriptions) + len(missing))
        for topic in missing:
            await _add(work, asked, topic, asked.today)
        await _start(work, asked, first=not subscriptions)
        await work.commit()


async def follow_instead(asked: Asked, old: Topic, new: Topic) -> tuple[Chat, Subscription | None]:
    """Follows ``new`` in the place of ``old``, and returns what was followed of it. The new form counts from the day of
    the old one, so that what was waiting stays possible; the same topic with other names gives way to it, too."""
    async with asked.services.storage.write() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        replaced = followed(subscriptions, old)
        before = [each for each in (replaced, followed(subscriptions, new)) if each is not None]
        gone = {each.id: each for each in before if each.topic != new}
        if all(each.topic != new for each in before):
            _check_limit(asked, len(subscriptions) + 1 - len(gone))
            await _add(work, asked, new, min((each.added_on for each in gone.values()), default=asked.today))
        await work.topics.unfollow(list(gone))
        chat = await _start(work, asked, first=not subscriptions)
        await work.commit()
    return chat, replaced


async def unfollow(asked: Asked, stopped: Sequence[Subscription]) -> int:
    """Stops them and says how many topics are left; with the last one goes the chat's next digest."""
    async with asked.services.storage.write() as work:
        await work.topics.unfollow([each.id for each in stopped])
        left = len(await work.topics.of_chat(asked.chat.id))
        if not left:
            await change_in(work, asked.chat, lambda chat: scheduled(chat, asked.now, follows=False))
        await work.commit()
    return left


def _check_limit(asked: Asked, wanted: int) -> None:
    most = asked.services.defaults.max_topics
    if wanted > most:
        raise UserMistake(
            say("That is one too many: a chat can follow {n} topics. Stop one first, or join some with OR.", n=most),
            suggestions=("topics",),
        )


async def _add(work: UnitOfWork, asked: Asked, topic: Topic, day: date) -> Subscription:
    by = "" if asked.personal else asked.call.person_name
    subscription, _ = await work.topics.follow(asked.chat.id, topic, day=day, at=asked.now, by=by)
    return subscription


async def _start(work: UnitOfWork, asked: Asked, *, first: bool) -> Chat:
    def change(chat: Chat) -> Chat:
        owned = chat if asked.personal else replace(chat, owner=asked.call.person.user)
        return started(_with_zone(owned, asked) if first else owned, asked.now)

    return await change_in(work, asked.chat, change)


def _with_zone(chat: Chat, asked: Asked) -> Chat:
    """A chat takes over the zone of whoever sets it up, while nobody has chosen one."""
    hint = asked.call.zone_hint
    if not hint or chat.settings.zone not in ("", asked.services.defaults.zone):
        return chat
    return replace(chat, settings=replace(chat.settings, zone=hint))
