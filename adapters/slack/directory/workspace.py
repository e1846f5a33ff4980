"""The workspace that the bot is installed in: who the bot is there, its conversations and its people."""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import dataclass
from typing import Final

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client.api import Json, SlackApi
from adapters.slack.directory.ttl_cache import TtlCache
from bot.chats import ChatKind
from bot.errors import ChatUnavailable, DeliveryError
from bot.ports import Clock

#: Characters that change the direction of what follows them, https://www.unicode.org/reports/tr9/
_BIDI_CONTROLS: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_JOINERS: Final = frozenset("\u200c\u200d")  # inside scripts and emoji


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot in one workspace; ``workspace`` is the team's id, for an app installed in a whole organisation its.
    ``scopes`` are those that its token has, None where Slack does not tell."""

    workspace: str
    team_id: str
    enterprise_id: str
    bot_user: str
    bot_id: str
    bot_name: str
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class SlackConversation:
    """A conversation as far as the bot may know of it; ``member``: what is sent there arrives."""

    kind: ChatKind
    name: str
    bot_is_member: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's name and IANA zone, '' where Slack does not say, and whether they are an admin of the workspace."""

    name: str = ""
    zone: str = ""
    admin: bool = False


class WorkspaceDirectory:
    """Asks Slack about the workspace, and caches the answers for an hour."""

    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._identity: BotIdentity | None = None
        self._identity_lock = asyncio.Lock()
        self._conversations = TtlCache(self._fetch_conversation, clock)
        self._profiles = TtlCache(self._fetch_profile, clock)
        self._direct_channels = TtlCache(api.direct_channel, clock)

    async def bot_identity(self) -> BotIdentity:
        """Who the bot is; fetched once. Raises NotAuthorised, RetryLater or OutcomeUnknown."""
        async with self._identity_lock:
            if self._identity is None:
                self._identity = await self.fetch_bot_identity()
            return self._identity

    async def fetch_bot_identity(self) -> BotIdentity:
        """The same, fetched now: whether the token still works."""
        response = await self._api.auth_test()
        team, enterprise = str(response.get("team_id") or ""), str(response.get("enterprise_id") or "")
        return BotIdentity(
            workspace=enterprise if response.get("is_enterprise_install") and enterprise else team,
            team_id=team,
            enterprise_id=enterprise,
            bot_user=str(response.get("user_id") or ""),
            bot_id=str(response.get("bot_id") or ""),
            bot_name=str(response.get("user") or "Paperboy"),
            scopes=_scopes(response),
        )

    async def conversation(self, channel: str) -> SlackConversation:
        """What is known of a conversation; where Slack does not say, the bot is taken to be in it."""
        try:
            return await self._conversations.get(channel)
        except DeliveryError:
            return SlackConversation(_kind(channel, {}), "", bot_is_member=True)

    def invalidate(self, channel: str) -> None:
        """Drops what is cached of this conversation."""
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
            response = await self._api.conversation(channel)
        except ChatUnavailable:
            # A private conversation without the bot is none to it.
            return SlackConversation(_kind(channel, {}), "", bot_is_member=False)
        direct = bool(response.get("is_im"))
        return SlackConversation(
            _kind(channel, response),
            _name(response.get("name")),
            bot_is_member=direct or bool(response.get("is_member")),
        )

    async def _fetch_profile(self, user_id: str) -> Profile:
        response = await self._api.user(user_id)
        profile = response.get("profile") or {}
        name = (
            profile.get("display_name") or profile.get("real_name") or response.get("real_name") or response.get("name")
        )
        admin = any(response.get(right) is True for right in ("is_admin", "is_owner", "is_primary_owner"))
        return Profile(
            _name(name), str(response.get("tz") or ""), admin and _is_of_workspace(response, await self.bot_identity())
        )


def _name(text: object) -> str:
    """A name as it can stand in a line of ours: whatever breaks lines or turns the reading direction is left out."""
    kept = "".join(
        char for char in str(text or "") if char not in _BIDI_CONTROLS and unicodedata.category(char) != "Cs"
    )
    return " ".join("".join(char if char.isprintable() or char in _JOINERS else " " for char in kept).split())


def _is_of_workspace(response: Json, identity: BotIdentity) -> bool:
    """Whether somebody is of the workspace itself: in a shared channel admins of another one are guests."""
    team, organisation = (
        str(response.get("team_id") or ""),
        (response.get("enterprise_user") or {}).get("enterprise_id"),
    )
    return team in ("", identity.team_id) or bool(identity.enterprise_id and identity.enterprise_id == organisation)


def _kind(channel: str, response: Json) -> ChatKind:
    if response.get("is_im") or channel.startswith("D"):
        return ChatKind.PRIVATE
    return (
        ChatKind.GROUP
        if response.get("is_private") or response.get("is_mpim") or channel.startswith("G")
        else ChatKind.CHANNEL
    )


def _scopes(response: AsyncSlackResponse) -> frozenset[str] | None:
    """Every answer names them in a header."""
    said = next((value for name, value in response.headers.items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(scope.strip() for scope in said.split(",")) if said else None
