"""Wishes: taken within the limits, asked about by mail, and fulfilled once they are confirmed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from adapters.email.addresses import MailAddress, parse_address
from adapters.email.capabilities import EMAIL, chat_address, person_address
from adapters.email.links import ChatLinks
from adapters.email.subscribing.limits import TOTAL, Quota, address_quotas, person_quotas, visitor_quotas
from bot.calls import NO_COMMAND, CommandCall, split_command
from bot.chats import Chat, ChatDefaults, ChatKind
from bot.errors import InputError
from bot.i18n import t
from bot.ports import Clock, CommandHandler, Signup, SignupWish, Storage, UnitOfWork
from bot.views import View

FRESH_LINKS_A_DAY: Final = 5
CONFIRM_WITHIN: Final = timedelta(hours=48)
_TOKEN_BYTES: Final = 16
_SENT_TOGETHER: Final = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a visitor of the page by network address ('' where nobody can tell), or somebody in another chat."""

    visitor: str = ""
    person: str = ""
    chat: str = ""


class Signups:
    """The signups of one installation. ``defaults`` are those of a new chat."""

    def __init__(self, storage: Storage, clock: Clock, links: ChatLinks, defaults: ChatDefaults) -> None:
        self._storage = storage
        self._clock = clock
        self._links = links
        self._defaults = defaults

    async def take(self, address: MailAddress, wish: SignupWish, asker: Asker) -> bool:
        """Stores the wish within the limits, and is as quick beyond them; whether it was stored.

        Raises InputError at the limit of somebody in another chat: to them it can be said.
        """
        signer, now = await self._links.signer(), self._clock.now()
        asking = [*visitor_quotas(asker.visitor, signer)]
        asking += person_quotas(asker.person, asker.chat, signer) if asker.person else []
        about = list(address_quotas(address, signer))
        async with self._storage.write() as work:
            free = not await _is_used_up(work, asking, now)
            if not free and asker.person:
                raise InputError(t("That was often enough for today. Try again tomorrow."))
            await _use(work, asking, now)
            free = free and not await _is_used_up(work, about, now)
            if free:
                await _use(work, about, now)
                await work.signups.add(EMAIL, address.delivered_to, wish, now)
            await work.commit()
        return free

    async def may_mail_link(self, chat_id: int) -> bool:
        """Whether one more fresh link may be mailed to a chat today; counts it."""
        quota, now = Quota(f"fresh link {chat_id}", FRESH_LINKS_A_DAY, timedelta(days=1)), self._clock.now()
        async with self._storage.write() as work:
            free = not await _is_used_up(work, [quota], now)
            if free:
                await _use(work, [quota], now)
            await work.commit()
        return free

    async def to_ask(self) -> Sequence[Signup]:
        """Those whose question is to be sent now; beyond the day's number they wait."""
        now = self._clock.now()
        async with self._storage.read() as work:
            left = TOTAL.most - await work.signups.count_uses(TOTAL.scope, now - TOTAL.period)
            waiting = await work.signups.waiting(EMAIL, now, _SENT_TOGETHER)
        if waiting and left <= 0:
            log.warning("%s questions were sent within a day; the others wait", TOTAL.most)
        return waiting[: max(left, 0)]

    async def begin_asking(self, signup: Signup) -> str:
        """The token that confirms it; from now on its question counts as sent, so that nobody gets two. '' where
        somebody else asks already."""
        token, now = token_urlsafe(_TOKEN_BYTES), self._clock.now()
        async with self._storage.write() as work:
            if not await work.signups.set_token(signup.id, _hash(token), now):
                return ""
            await work.signups.record_use(TOTAL.scope, now)
            await work.commit()
        return token

    async def ask_again(self, signup: Signup, at: datetime) -> None:
        """The question was surely not sent."""
        async with self._storage.write() as work:
            await work.signups.postpone(signup.id, at)
            await work.commit()

    async def forget(self, signup: Signup) -> None:
        """Nobody can be asked there."""
        async with self._storage.write() as work:
            await work.signups.discard(signup.id)
            await work.commit()

    async def prune(self) -> None:
        """Addresses that were never confirmed are forgotten when their link is void."""
        async with self._storage.write() as work:
            await work.signups.prune(self._clock.now() - CONFIRM_WITHIN)
            await work.commit()

    async def find(self, token: str) -> Signup | None:
        """What a token confirms, None for a wrong one or one that is too old."""
        async with self._storage.read() as work:
            found = await work.signups.find(_hash(token))
        now = self._clock.now()
        return found if found and found.sent_at and now - found.sent_at < CONFIRM_WITHIN else None

    async def is_known(self, address: MailAddress) -> bool:
        """Whether mails go there already."""
        async with self._storage.read() as work:
            chat = await work.chats.find(chat_address(address.compared_as))
            return chat is not None and bool(await work.subscriptions.of_chat(chat.id))

    async def confirm(self, signup: Signup, handler: CommandHandler) -> list[View]:
        """Follows what was wished; asked twice nothing more happens. What Paperboy says to each topic."""
        views = await self.fulfil(parse_address(signup.address), signup.wish, handler)
        async with self._storage.write() as work:
            await work.signups.mark_confirmed(signup.id, self._clock.now())
            await work.commit()
        return views

    async def fulfil(self, address: MailAddress, wish: SignupWish, handler: CommandHandler) -> list[View]:
        """A chat of its own, with hour, zone and days as wished where it follows nothing yet."""
        chat = await self._prepared_chat(address, wish)
        commands = [("subscribe", topic) for topic in wish.topics]
        if chat.pause_reason:  # nobody was there; now somebody is
            commands.append(("resume", ""))
        return [await handler(command_call(address.compared_as, name, argument)) for name, argument in commands]

    async def _prepared_chat(self, address: MailAddress, wish: SignupWish) -> Chat:
        async with self._storage.write() as work:
            where, now = chat_address(address.compared_as), self._clock.now()
            chat = await work.chats.get_or_create(where, ChatKind.PRIVATE, "", self._defaults, now)
            if not await work.subscriptions.of_chat(chat.id):
                wished = replace(
                    chat.settings,
                    hour=wish.hour or chat.settings.hour,
                    zone=wish.zone or chat.settings.zone,
                    days=wish.days or chat.settings.days,
                )
                chat = replace(chat, settings=wished)
                await work.chats.save(chat)
            await work.commit()
        return chat


def command_call(address: str, name: str, argument: str = "") -> CommandCall:
    """A command as if it had been typed there."""
    return CommandCall(name, argument, chat_address(address), ChatKind.PRIVATE, person_address(address))


def typed_call(address: str, typed: str) -> CommandCall:
    """A line as somebody typed it, a command after a slash."""
    typed = typed.strip()
    name, argument = split_command(typed[1:]) if typed.startswith("/") else (NO_COMMAND, typed)
    return command_call(address, name, argument)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def _is_used_up(work: UnitOfWork, quotas: Sequence[Quota], now: datetime) -> bool:
    counts = [await work.signups.count_uses(each.scope, now - each.period) for each in quotas]
    return any(count >= each.most for count, each in zip(counts, quotas, strict=True))


async def _use(work: UnitOfWork, quotas: Sequence[Quota], now: datetime) -> None:
    for scope in dict.fromkeys(each.scope for each in quotas):
        await work.signups.record_use(scope, now)
