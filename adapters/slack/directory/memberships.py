"""Which conversations a person and the bot are both in: where a digest can go that they may set up."""

from __future__ import annotations

from typing import Final

from adapters.slack.client.api import Json, SlackApi
from adapters.slack.directory.ttl_cache import TtlCache
from adapters.slack.rendering.setup_form import Destination
from bot.ports import Clock

PAGES: Final = 10
_BOT: Final = ""


class Memberships:
    """Asks Slack; the bot's own conversations are cached until :meth:`invalidate`."""

    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._bot_channels = TtlCache(self._fetch_channels, clock)

    async def shared_channels(self, user: str) -> tuple[Destination, ...]:
        """By name. Raises what asking raises."""
        bot_channels = await self._bot_channels.get(_BOT)
        user_channels = await self._fetch_channels(user)
        return tuple(
            sorted(
                (Destination(id_, bot_channels[id_]) for id_ in bot_channels.keys() & user_channels.keys()),
                key=lambda each: each.name,
            )
        )

    async def is_member(self, user: str, channel: str) -> bool:
        """Whether the person is in the channel, as the bot is. Raises what asking raises."""
        return any(each.channel == channel for each in await self.shared_channels(user))

    def invalidate(self) -> None:
        """The bot was invited, or removed."""
        self._bot_channels.forget(_BOT)

    async def _fetch_channels(self, user: str) -> dict[str, str]:
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(PAGES):
            page = await self._api.channels_of(user, cursor)
            channels: list[Json] = page.get("channels") or []
            found |= {str(each["id"]): str(each.get("name") or "") for each in channels}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return found
