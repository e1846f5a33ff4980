"""A digest that takes several messages: sent one after the other, and taken up where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.telegram.client.rate_limiter import TelegramRateLimiter, TurnState
from adapters.telegram.rendering.outgoing_messages import OutgoingMessage
from adapters.telegram.replies.sender import MessageSender, MessageTooLong, Target, split_shorter


@dataclass(slots=True)
class _Begun:
    """A delivery that stopped in the middle: what is still to be sent, and the last message that stands there."""

    left: list[OutgoingMessage]
    last: int = 0


class MultipartSender:
    """A delivery's messages in a row: what arrived of an earlier try, known by its key, is not sent again."""

    def __init__(self, sender: MessageSender, pace: TelegramRateLimiter) -> None:
        self._sender = sender
        self._pace = pace
        self._begun: dict[str, _Begun] = {}

    async def post(self, key: str, target: Target, letters: Sequence[OutgoingMessage]) -> int:
        """Sends what is missing and returns the last message's id; the first message's turn is taken already."""
        begun = self._begun.pop(key, None) or _Begun(list(letters))
        try:
            while begun.left:
                if begun.last:
                    await self._pace.turn()
                await self._next(target, begun)
        except BaseException:
            if begun.last:
                self._begun[key] = begun
            raise
        return begun.last

    async def _next(self, target: Target, begun: _Begun) -> None:
        letter = begun.left[0]
        try:
            begun.last = (await self._sender.post(target, letter, TurnState.TAKEN)).message_id
        except MessageTooLong:
            begun.left[:1] = split_shorter(letter)
        else:
            del begun.left[0]
