"""The workspace that the bot is installed in: who the bot is there, its conversations and its people."""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import dataclass
from typing import Final

from adapters.slack.client.api import Json, SlackApi
from adapters.slack.directory.ttl_cache import TtlCache
from bot.chats import ChatKind
from bot.errors import ChatUnavailable, DeliveryError
from bot.ports import Clock

#: Signs that turn the direction of what follows them, https://www.unicode.org/reports/tr9/
_TURNS: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_JOINS: Final = frozenset("\u200c\u200d")  # inside scripts and emoji


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot in one workspace; ``workspace`` is the team's id, for an app installed in a whole organisation its."""

    workspace: str
    team_id: str
    enterprise_id: str
    bot_user: str
    bot_id: str
    bot_name: str


@dataclass(frozen=True, slots=True)
class SlackConversation:
    """A conversation as far as the bot may know of it; ``member``: what is sent there arrives."""

    kind: ChatKind
    name: str
    bot_is_member: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's name and IANA zone, '' where they are not told, and whether they are an admin of the workspace."""

    name: str = ""
    zone: str = ""
    admin: bool = False


class WorkspaceDirectory:
    """Asks Slack about the workspace, and remembers the answers for an hour."""

    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._installation: BotIdentity | None = None
        self._asking = asyncio.Lock()
        self._conversations = TtlCache(self._fetch_conversation, clock)
        self._profiles = TtlCache(self._fetch_profile, clock)
        self._direct_channels = TtlCache(api.direct_channel, clock)

    async def bot_identity(self) -> BotIdentity:
        """Who the bot is; asked once. Raises NotAuthorised, RetryLater or OutcomeUnknown."""
        async with self._asking:
            if self._installation is None:
                self._installation = await self.fetch_bot_identity()
            return self._installation

    async def fetch_bot_identity(self) -> BotIdentity:
        """The same, asked now: whether the token still works."""
        said = await self._api.auth_test()
        team, enterprise = str(said.get("team_id") or ""), str(said.get("enterprise_id") or "")
        return BotIdentity(
            workspace=enterprise if said.get("is_enterprise_install") and enterprise else team,
            team_id=team,
            enterprise_id=enterprise,
            bot_user=str(said.get("user_id") or ""),
            bot_id=str(said.get("bot_id") or ""),
            bot_name=str(said.get("user") or "Paperboy"),
        )

    async def conversation(self, channel: str) -> SlackConversation:
        """What is known of a conversation; where Slack does not say, the bot is taken to be in it."""
        try:
            return await self._conversations.get(channel)
        except DeliveryError:
            return SlackConversation(_kind(channel, {}), "", bot_is_member=True)

    def invalidate(self, channel: str) -> None:
        """What was known of this conversation is not so any more."""
        self._conversations.forget(channel)

    async def profile(self, user_id: str) -> Profile:
        """What is known of a person; nothing where the bot may not read profiles or Slack does not answer."""
        try:
            return await self._profiles.get(user_id)
        except DeliveryError:
            return Profile()

    async def direct_channel(self, user_id: str) -> str:
        return await self._direct_channels.get(user_id)

    async def _fetch_conversation(self, channel: str) -> SlackConversation:
        try:
            said = await self._api.conversation(channel)
        except ChatUnavailable:
            # A private conversation without the bot is none to it.
            return SlackConversation(_kind(channel, {}), "", bot_is_member=False)
        direct = bool(said.get("is_im"))
        return SlackConversation(
            _kind(channel, said), _name(said.get("name")), bot_is_member=direct or bool(said.get("is_member"))
        )

    async def _fetch_profile(self, user_id: str) -> Profile:
        said = await self._api.user(user_id)
        profile = said.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or said.get("real_name") or said.get("name")
        admin = any(said.get(right) is True for right in ("is_admin", "is_owner", "is_primary_owner"))
        return Profile(_name(name), str(said.get("tz") or ""), admin and _at_home(said, await self.bot_identity()))


def _name(text: object) -> str:
    """A name as it can stand in a line of ours: whatever breaks lines or turns the reading direction is left out."""
    kept = "".join(sign for sign in str(text or "") if sign not in _TURNS and unicodedata.category(sign) != "Cs")
    return " ".join("".join(sign if sign.isprintable() or sign in _JOINS else " " for sign in kept).split())


def _at_home(said: Json, bot: BotIdentity) -> bool:
    """Whether somebody is of the workspace itself: in a shared channel admins of another one are guests."""
    team, organisation = str(said.get("team_id") or ""), (said.get("enterprise_user") or {}).get("enterprise_id")
    return team in ("", bot.team_id) or bool(bot.enterprise_id and bot.enterprise_id == organisation)


def _kind(channel: str, said: Json) -> ChatKind:
    if said.get("is_im") or channel.startswith("D"):
        return ChatKind.PRIVATE
    return (
        ChatKind.GROUP if said.get("is_private") or said.get("is_mpim") or channel.startswith("G") else ChatKind.CHANNEL
    )
