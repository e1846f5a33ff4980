"""Sends the questions that wait, one after the other, for as long as the platform listens."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Final

from adapters.email.addresses import Sender, parse_address
from adapters.email.mailer import Mailer
from adapters.email.message.mail_message import MailHead
from adapters.email.subscribing.letters import confirmation_letter
from adapters.email.subscribing.signups import Signups
from bot.errors import ChatUnavailable, DeliveryError, MessageRejected, NotAuthorised, OutcomeUnknown, RetryLater
from bot.ports import Clock, Signup

LOOK_EVERY: Final = timedelta(seconds=5)
_REFUSED_WAIT: Final = timedelta(minutes=10)

log = logging.getLogger(__name__)


class QuestionSender:
    """``address`` is where the pages are, ``return_path`` where bounces go."""

    def __init__(
        self,
        signups: Signups,
        mailer: Mailer,
        clock: Clock,
        sender: Sender,
        address: str,
        return_path: str,
        footer: str,
    ) -> None:
        self._signups = signups
        self._mailer = mailer
        self._clock = clock
        self._sender = sender
        self._address = address
        self._return_path = return_path
        self._footer = footer
        self._wanted = asyncio.Event()
        self._asking = asyncio.Lock()

    def wake(self) -> None:
        """A wish was stored just now."""
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wanted.clear()
            await self.send_waiting()
            await self._signups.prune()
            await self._pause()

    async def send_waiting(self) -> None:
        """Asks everybody who may be asked now."""
        async with self._asking:
            while waiting := await self._signups.to_ask():
                for signup in waiting:
                    await self._ask(signup)

    async def _pause(self) -> None:
        """Until something is wished here; another process may have taken a wish, so not for long."""
        sleep = asyncio.create_task(self._clock.sleep_until(self._clock.now() + LOOK_EVERY))
        woken = asyncio.create_task(self._wanted.wait())
        try:
            await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()

    async def _ask(self, signup: Signup) -> None:
        address = parse_address(signup.address)
        known = await self._signups.is_known(address)
        token = await self._signups.begin_asking(signup)
        if not token:
            return
        url = f"{self._address}/mail/confirm/{token}"
        letter = confirmation_letter(signup.wish, url, self._footer, known=known)
        now = self._clock.now()
        key = f"confirm-{signup.id}-{now:%Y%m%d%H%M%S}"
        head = MailHead(self._sender, address.delivered_to, key, now, is_list=False)
        try:
            await self._mailer.send(head, letter, self._return_path)
        except DeliveryError as problem:
            await self._after(problem, signup)

    async def _after(self, problem: DeliveryError, signup: Signup) -> None:
        """What may have arrived is not sent again: its link works."""
        log.warning("a question could not be sent: %s", problem.reason)
        match problem:
            case RetryLater():
                await self._signups.ask_again(signup, problem.at)
            case NotAuthorised():
                await self._signups.ask_again(signup, self._clock.now() + _REFUSED_WAIT)
            case ChatUnavailable() | MessageRejected():
                await self._signups.forget(signup)
            case OutcomeUnknown():
                pass
