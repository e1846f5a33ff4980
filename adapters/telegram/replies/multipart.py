"""A digest that takes several messages: sent one after the other, and resumed where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.telegram.client.rate_limiter import TelegramRateLimiter, TurnState
from adapters.telegram.rendering.outgoing_messages import OutgoingMessage
from adapters.telegram.replies.sender import MessageSender, MessageTooLong, Target, split_shorter


@dataclass(slots=True)
class _Unfinished:
    """A delivery that stopped in the middle: what is still to be sent, and the last message that stands there."""

    left: list[OutgoingMessage]
    last_message_id: int = 0


class MultipartSender:
    """A delivery's messages in a row: what an earlier attempt with the same key has sent is not sent again."""

    def __init__(self, sender: MessageSender, rate_limiter: TelegramRateLimiter) -> None:
        self._sender = sender
        self._rate_limiter = rate_limiter
        self._unfinished: dict[str, _Unfinished] = {}

    async def post(self, key: str, target: Target, outgoing: Sequence[OutgoingMessage]) -> int:
        """Sends what is missing and returns the last message's id; the first message's turn is taken already."""
        unfinished = self._unfinished.pop(key, None) or _Unfinished(list(outgoing))
        try:
            while unfinished.left:
                if unfinished.last_message_id:
                    await self._rate_limiter.turn()
                await self._send_next(target, unfinished)
        except BaseException:
            if unfinished.last_message_id:
                self._unfinished[key] = unfinished
            raise
        return unfinished.last_message_id

    async def _send_next(self, target: Target, unfinished: _Unfinished) -> None:
        outgoing = unfinished.left[0]
        try:
            unfinished.last_message_id = (await self._sender.post(target, outgoing, TurnState.TAKEN)).message_id
        except MessageTooLong:
            unfinished.left[:1] = split_shorter(outgoing)
        else:
            del unfinished.left[0]
