"""What happens in workspaces, and which of it the app is told.

An event is sent only if the app subscribed to it (`FakeSlack.subscriptions`) and the bot is where it
happened. Source: docs.slack.dev/reference/events.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.fakes.slack import mrkdwn, payloads
from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.event_delivery import EventDelivery
    from tests.fakes.slack.server import FakeSlack
    from tests.fakes.slack.users import SlackUser
    from tests.fakes.slack.workspace import SlackChannel, SlackMessage, SlackWorkspace

EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_left",
        "channel_unarchive",
        "group_archive",
        "group_left",
        "group_unarchive",
        "link_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.im",
        "tokens_revoked",
    }
)
_TYPES = {"public_channel": ("channel", "C"), "private_channel": ("group", "G"), "im": ("im", "D")}


class WorkspaceEvents:
    """Makes things happen; each method returns once the app has had its chance to acknowledge."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def send_event(self, team: SlackWorkspace, event: Json, *, name: str | None = None) -> EventDelivery | None:
        """Sends an event if the app subscribed to it (`name`: where that differs from the type)."""
        if (name or event["type"]) not in self._slack.subscriptions:
            return None
        event.setdefault("event_ts", self._slack.ids.ts())
        delivery = await self._slack.deliveries.deliver("events_api", payloads.event_callback(team, event))
        if delivery.failure and delivery.via != "nowhere":
            self._slack.complaints.append(f"{event['type']}: {delivery.failure}")
        return delivery

    def on_app_message(self, message: SlackMessage) -> None:
        """The app's own words come back to it as events where it listens to messages."""
        if message.from_bot:
            kind = _TYPES[message.channel.kind][0]
            self._slack.soon(self.send_event(message.channel.team, _message_event(message), name=_heard_as(kind)))

    async def on_user_message(self, message: SlackMessage) -> list[EventDelivery]:
        """A person wrote something: a message event, a mention, a shared link, whatever applies."""
        channel, team = message.channel, message.channel.team
        if not channel.has_bot:
            return []
        kind = _TYPES[channel.kind][0]
        told = [await self.send_event(team, _message_event(message), name=_heard_as(kind))]
        if team.bot_user in mrkdwn.pings(message.text) and kind != "im":
            mention = _message_event(message) | {"type": "app_mention"}
            mention.pop("channel_type")
            told.append(await self.send_event(team, mention))
        told.append(await self._links(message))
        return [delivery for delivery in told if delivery is not None]

    async def _links(self, message: SlackMessage) -> EventDelivery | None:
        found = [link.url for link in mrkdwn.links(message.text)]
        links = [{"domain": domain, "url": url} for url in found if (domain := self._unfurled(url))]
        if not links:
            return None
        unfurl_id = self._slack.ids.new("", "UNFURL")
        self._slack.unfurls[unfurl_id] = message
        event: Json = {
            "type": "link_shared",
            "channel": message.channel.id,
            "is_bot_user_member": message.channel.has_bot,
            "user": message.user,
            "message_ts": message.ts,
            "unfurl_id": unfurl_id,
            "source": "conversations_history",
            "links": links,
        }
        return await self.send_event(message.channel.team, event)

    def _unfurled(self, url: str) -> str | None:
        host = urlsplit(url).hostname or ""
        fits = (d for d in self._slack.unfurl_domains if host == d or host.endswith("." + d))
        return next(fits, None)

    async def home_opened(self, person: SlackUser, tab: str) -> EventDelivery | None:
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": person.team.dm(person.id).id,
            "tab": tab,
        }
        if tab == "home" and person.home is not None:
            event["view"] = person.home.as_json()
        return await self.send_event(person.team, event)

    async def joined(self, channel: SlackChannel, user: str, *, inviter: str | None = None) -> None:
        channel.members.add(user)
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": _TYPES[channel.kind][1],
            "team": channel.team.id,
        }
        if inviter:
            event["inviter"] = inviter
        if channel.has_bot:
            await self.send_event(channel.team, event)

    async def left(self, channel: SlackChannel, user: str) -> None:
        """Someone leaves or is put out; of itself the app hears twice, under two names."""
        channel.members.discard(user)
        team, (word, letter) = channel.team, _TYPES[channel.kind]
        event = {"user": user, "channel": channel.id, "channel_type": letter, "team": team.id}
        if user == team.bot_user:
            await self.send_event(team, {"type": f"{word}_left", "channel": channel.id})
        if user == team.bot_user or channel.has_bot:
            await self.send_event(team, {"type": "member_left_channel", **event})

    async def archived(self, channel: SlackChannel) -> None:
        channel.archived = True
        await self._channel_changed(channel, "archive")

    async def unarchived(self, channel: SlackChannel) -> None:
        channel.archived = False
        await self._channel_changed(channel, "unarchive")

    async def _channel_changed(self, channel: SlackChannel, what: str) -> None:
        self._slack.changed()
        if channel.has_bot:
            word = _TYPES[channel.kind][0]
            await self.send_event(channel.team, {"type": f"{word}_{what}", "channel": channel.id, "user": "UADMIN"})

    async def uninstalled(self, team: SlackWorkspace) -> None:
        team.installed = False
        self._slack.changed()
        await self.send_event(team, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user]}})
        await self.send_event(team, {"type": "app_uninstalled"})


def _heard_as(kind: str) -> str:
    return {"im": "message.im", "channel": "message.channels", "group": "message.groups"}[kind]


def _message_event(message: SlackMessage) -> Json:
    channel = message.channel
    return message.as_json() | {"channel": channel.id, "channel_type": _TYPES[channel.kind][0]}


_ADDRESS = re.compile(r"(?<![\w|])https?://[^\s&]+(?:&amp;[^\s&]+)*")


def escape_typed(team: SlackWorkspace, text: str) -> str:
    """What Slack makes of what a person types: escaped, `@name` as mention, addresses as links."""
    text = _ADDRESS.sub(lambda match: f"<{match.group()}>", mrkdwn.escape(text))
    for user_id, name in team.names.items():
        if user_id.startswith("U"):
            text = re.sub(rf"@{re.escape(name)}\b", f"<@{user_id}>", text, flags=re.IGNORECASE)
    return text
