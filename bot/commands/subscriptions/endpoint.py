"""This chat's digests for another program: posted to an address, signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.chats import Chat, ChatKind, EmptyDigestPolicy, Layout, Look, Subscription
from bot.commands.core.chat_updates import with_next_digest
from bot.commands.core.command import Command, CommandContext, has_argument
from bot.commands.subscriptions.topic_list import no_topics_view
from bot.commands.ui.buttons import button, button_rows
from bot.due import resume_chat
from bot.errors import InputError
from bot.i18n import LazyText, t
from bot.ports import Endpoint, EndpointPlatform, UnitOfWork
from bot.views import Button, Footer, TextBlock, View

COMMAND: Final = "webhook"
OFF, TEST, SECRET, COPY = "off", "test", "secret", "copy"
MAX_ENDPOINTS: Final = 5
OLD_SECRET_VALID: Final = timedelta(hours=24)


async def endpoint(context: CommandContext) -> View:
    """Adds an endpoint, lists them, or tests, changes and ends one by its number. Raises InputError where it can't."""
    platform = context.services.endpoint_platform()
    if platform is None:
        raise InputError(t("This Paperboy posts to no other programs: its operator has turned that off."))
    word, _, number = context.argument.partition(" ")
    if not word:
        return await _list(context)
    if word.casefold() == OFF:
        return await _end(context, number)
    if word.casefold() in (TEST, SECRET, COPY):
        found = _by_number(context, await _owned(context), number)
        actions = {TEST: _test, SECRET: _renew_secret, COPY: _copy}
        return await actions[word.casefold()](context, platform, found)
    return await _add(context, platform)


async def _add(context: CommandContext, platform: EndpointPlatform) -> View:
    url = platform.read_url(context.argument)
    known = await _owned(context)
    _check_new(url, known)
    async with context.services.storage.read() as work:
        if not await work.subscriptions.of_chat(context.chat.id):
            return no_topics_view()
    secret = platform.new_secret()
    await platform.ping(url, (secret,))
    async with context.services.storage.write() as work:
        owner = await work.chats.get(context.chat.id) or context.chat  # locked: two who add at once are counted
        _check_new(url, await work.endpoints.owned_by(owner.id))
        address, title = platform.new_address(), platform.title_of(url)
        defaults = context.services.defaults_on(address.platform)
        chat = await work.chats.get_or_create(address, ChatKind.CHANNEL, title, defaults, context.now)
        await work.endpoints.add(Endpoint(chat.id, owner.id, url, secret, context.now))
        await _copy_topics(work, context, chat, owner)
        await work.commit()
    head = t("<b>It answered.</b> This chat’s digests go to {host} as well.", host=title)
    return View((TextBlock(head), *_secret_lines(context, secret)), private=True)


def _check_new(url: str, known: Sequence[Endpoint]) -> None:
    if any(each.url == url for each in known):
        raise InputError(t("This chat’s digests go to that address already."), input=url, suggestions=(COMMAND,))
    if len(known) >= MAX_ENDPOINTS:
        raise InputError(t("A chat can have {n} webhooks. End one first.", n=MAX_ENDPOINTS), suggestions=(COMMAND,))


def _secret_lines(context: CommandContext, secret: str) -> tuple[TextBlock | Footer, ...]:
    foot = t(
        "The secret checks my signature (Standard Webhooks), and I show it only now. It has this chat’s topics and "
        "hour as they are now; <code>{copy}</code> brings it up to date, <code>{off}</code> ends it.",
        copy=context.usage(f"{COMMAND} {COPY}"),
        off=context.usage(f"{COMMAND} {OFF}"),
    )
    return (TextBlock(t("<code>{secret}</code>", secret=secret)), Footer(foot))


async def _copy_topics(work: UnitOfWork, context: CommandContext, chat: Chat, owner: Chat) -> None:
    """The endpoint follows what its owner follows now, at the owner's hour, and is told of no empty days."""
    followed = await work.subscriptions.of_chat(owner.id)
    stopped = _not_in(await work.subscriptions.of_chat(chat.id), followed)
    await work.subscriptions.unfollow([each.id for each in stopped])
    for each in followed:
        await work.subscriptions.follow(chat.id, each.topic, day=context.today, at=context.now)
    settings = replace(
        owner.settings,
        layout=Layout.FULL,
        look=Look.PLAIN,
        pictures=False,
        empty_digest_policy=EmptyDigestPolicy.NEVER,
    )
    chat = replace(chat, settings=settings)
    await work.chats.save(with_next_digest(chat, context.now, follows=bool(followed)))


def _not_in(subscriptions: Sequence[Subscription], kept: Sequence[Subscription]) -> list[Subscription]:
    topics = {each.topic for each in kept}
    return [each for each in subscriptions if each.topic not in topics]


async def _owned(context: CommandContext) -> list[Endpoint]:
    async with context.services.storage.read() as work:
        return await work.endpoints.owned_by(context.chat.id)


def _by_number(context: CommandContext, known: Sequence[Endpoint], typed: str) -> Endpoint:
    """The one with that number, or the only one."""
    if not known:
        raise InputError(t("This chat has no webhook."))
    if not typed and len(known) == 1:
        return known[0]
    if typed.isascii() and typed.isdigit() and len(typed) < 3 and 0 < int(typed) <= len(known):
        return known[int(typed) - 1]
    raise InputError(t("Which one? They have numbers from 1 to {n}.", n=len(known)), suggestions=(COMMAND,))


async def _list(context: CommandContext) -> View:
    known = await _owned(context)
    if not known:
        usage = context.usage(f"{COMMAND} https://example.org/papers")
        said = t("This chat has no webhook. <code>{usage}</code> posts its digests there, signed.", usage=usage)
        return View((TextBlock(said),), private=True)
    async with context.services.storage.read() as work:
        chats = await work.chats.get_many([each.chat_id for each in known])
    lines = [TextBlock(_line(number, each, chats[each.chat_id])) for number, each in enumerate(known, 1)]
    rows = [_row(str(number) if len(known) > 1 else "") for number in range(1, len(known) + 1)]
    return View((*lines, button_rows(*rows)), private=True)


def _line(number: int, endpoint: Endpoint, chat: Chat) -> LazyText:
    if chat.pause_reason:
        return t("{n}. {host}: paused ({reason})", n=number, host=chat.title, reason=chat.pause_reason)
    if endpoint.failures:
        return t("{n}. {host}: {failures} failed tries in a row", n=number, host=chat.title, failures=endpoint.failures)
    return t("{n}. {host}: in order", n=number, host=chat.title)


def _row(number: str) -> list[Button]:
    labels = ((t("Test {n}", n=number), TEST), (t("New secret {n}", n=number), SECRET), (t("End {n}", n=number), OFF))
    return [button(label, f"{COMMAND} {word} {number}".strip()) for label, word in labels]


async def _test(context: CommandContext, platform: EndpointPlatform, found: Endpoint) -> View:
    """A test that is answered also ends a pause."""
    await platform.ping(found.url, found.secrets_at(context.now))
    async with context.services.storage.write() as work:
        chat = await work.chats.get(found.chat_id)
        current = await work.endpoints.find(found.chat_id)
        if chat is not None and current is not None:
            await work.endpoints.save(replace(current, failures=0, failing_since=None))
            if chat.pause_reason:
                follows = bool(await work.subscriptions.of_chat(chat.id))
                await work.chats.save(resume_chat(chat, context.now, follows=follows))
        await work.commit()
    if chat is not None and chat.pause_reason:
        return View((TextBlock(t("It answered. Its digests go on.")),), private=True)
    return View((TextBlock(t("It answered.")),), private=True)


async def _renew_secret(context: CommandContext, platform: EndpointPlatform, found: Endpoint) -> View:
    secret = platform.new_secret()
    async with context.services.storage.write() as work:
        current = await work.endpoints.find(found.chat_id) or found
        until = context.now + OLD_SECRET_VALID
        renewed = replace(current, secret=secret, previous_secret=current.secret, previous_until=until)
        await work.endpoints.save(renewed)
        await work.commit()
    head = t("<b>A new secret.</b> For 24 hours the old one signs as well.")
    return View((TextBlock(head), *_secret_lines(context, secret)), private=True)


async def _copy(context: CommandContext, platform: EndpointPlatform, found: Endpoint) -> View:
    async with context.services.storage.write() as work:
        owner, chat = await work.chats.get(found.owner_chat_id), await work.chats.get(found.chat_id)
        if owner is not None and chat is not None:
            await _copy_topics(work, context, chat, owner)
            await work.commit()
    return View((TextBlock(t("The webhook has this chat’s topics and hour as they are now.")),), private=True)


async def _end(context: CommandContext, number: str) -> View:
    """The one with the number; all without one."""
    known = await _owned(context)
    ended = [_by_number(context, known, number)] if number or not known else known
    async with context.services.storage.write() as work:
        for each in ended:
            await work.chats.erase(each.chat_id)
        await work.commit()
    return View((TextBlock(t("Ended: nothing is posted there any more. Digests here go on.")),), private=True)


COMMANDS = (
    Command(
        COMMAND,
        t("this chat’s digests for another program"),
        endpoint,
        argument="[URL|off]",
        examples=("webhook https://example.org/papers", "webhook test", "webhook off"),
        changes=has_argument,
        private=True,
    ),
)
