"""The token that a call to Slack is made with."""

from __future__ import annotations

from typing import Protocol


class BotToken(Protocol):
    """One workspace's bot token, which may change while the process runs."""

    async def get(self) -> str:
        """The token to call with now. Raises NotAuthorised where there is none (any more), RetryLater where it can't be
        had at the moment."""
        ...

    async def refreshed_from(self, refused: str) -> str:
        """Another one, after Slack refused ``refused``; '' where there is no other."""
        ...


class StaticToken:
    """A token that the operator set: it is what it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get(self) -> str:
        return self._token

    async def refreshed_from(self, refused: str) -> str:
        return ""
