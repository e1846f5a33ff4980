"""What a chat follows, changed: each function is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.chats import Chat, Subscription
from bot.commands.core.chat_updates import ensure_next_digest, update_chat_in, with_next_digest
from bot.commands.core.command import CommandContext
from bot.commands.queries.topic_input import find_subscription
from bot.errors import InputError
from bot.i18n import t
from bot.ports import UnitOfWork
from bot.topics import Topic


@dataclass(frozen=True, slots=True)
class SubscribeResult:
    """The chat as it stands afterwards, the subscription, whether it is new, and whether it is the chat's first."""

    chat: Chat
    subscription: Subscription
    is_new: bool
    is_first: bool = False


async def follow(context: CommandContext, topic: Topic) -> SubscribeResult:
    """Follows the topic from today's list on. Raises InputError at the limit."""
    async with context.services.storage.write() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        if (known := find_subscription(subscriptions, topic)) is not None:
            return SubscribeResult(await work.chats.get(context.chat.id) or context.chat, known, is_new=False)
        _check_limit(context, len(subscriptions) + 1)
        subscription = await _add_subscription(work, context, topic, context.today)
        chat = await _start_digests(work, context, first=not subscriptions)
        await work.commit()
    return SubscribeResult(chat, subscription, is_new=True, is_first=not subscriptions)


async def follow_all(context: CommandContext, topics: Sequence[Topic]) -> None:
    """Follows those that are not followed yet. Raises InputError, and follows none, beyond the limit."""
    async with context.services.storage.write() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        missing = [topic for topic in topics if find_subscription(subscriptions, topic) is None]
        _check_limit(context, len(subscriptions) + len(missing))
        for topic in missing:
            await _add_subscription(work, context, topic, context.today)
        await _start_digests(work, context, first=not subscriptions)
        await work.commit()


async def replace_subscription(context: CommandContext, old: Topic, new: Topic) -> tuple[Chat, Subscription | None]:
    """Follows ``new`` in the place of ``old``, and returns what was followed of it. The new form counts from the day of
    the old one, so that what was waiting stays possible; the same topic with other names gives way to it, too."""
    async with context.services.storage.write() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        replaced = find_subscription(subscriptions, old)
        before = [each for each in (replaced, find_subscription(subscriptions, new)) if each is not None]
        gone = {each.id: each for each in before if each.topic != new}
        if all(each.topic != new for each in before):
            _check_limit(context, len(subscriptions) + 1 - len(gone))
            await _add_subscription(
                work, context, new, min((each.added_on for each in gone.values()), default=context.today)
            )
        await work.subscriptions.unfollow(list(gone))
        chat = await _start_digests(work, context, first=not subscriptions)
        await work.commit()
    return chat, replaced


async def unfollow(context: CommandContext, stopped: Sequence[Subscription]) -> int:
    """Stops them and says how many topics are left; with the last one goes the chat's next digest."""
    async with context.services.storage.write() as work:
        await work.subscriptions.unfollow([each.id for each in stopped])
        left = len(await work.subscriptions.of_chat(context.chat.id))
        if not left:
            await update_chat_in(work, context.chat, lambda chat: with_next_digest(chat, context.now, follows=False))
        await work.commit()
    return left


def _check_limit(context: CommandContext, wanted: int) -> None:
    most = context.services.defaults.max_topics
    if wanted > most:
        raise InputError(
            t("That is one too many: a chat can follow {n} topics. Stop one first, or join some with OR.", n=most),
            suggestions=("topics",),
        )


async def _add_subscription(work: UnitOfWork, context: CommandContext, topic: Topic, day: date) -> Subscription:
    by = "" if context.personal else context.call.person_name
    subscription, _ = await work.subscriptions.follow(context.chat.id, topic, day=day, at=context.now, by=by)
    return subscription


async def _start_digests(work: UnitOfWork, context: CommandContext, *, first: bool) -> Chat:
    def change(chat: Chat) -> Chat:
        owned = chat if context.personal else replace(chat, owner=context.call.person.user)
        return ensure_next_digest(_with_person_zone(owned, context) if first else owned, context.now)

    return await update_chat_in(work, context.chat, change)


def _with_person_zone(chat: Chat, context: CommandContext) -> Chat:
    """A chat takes over the zone of whoever sets it up, while nobody has chosen one."""
    hint = context.call.zone_hint
    if not hint or chat.settings.zone not in ("", context.services.defaults.zone):
        return chat
    return replace(chat, settings=replace(chat.settings, zone=hint))
