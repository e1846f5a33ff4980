"""What a Slack workspace holds: its channels, the messages in them, and the app's installation.

Plain state, with the views that the real product offers on it; who may do what is decided elsewhere.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import mrkdwn, rendered_blocks
from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack
    from tests.fakes.slack.users import SlackUser

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "reactions:write",
    "users:read",
)


@dataclass(slots=True, eq=False)
class SlackMessage:
    """One message as it is now. `ephemeral_for`: only this person sees it."""

    channel: SlackChannel
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    from_bot: bool = False
    ephemeral_for: str | None = None
    options: Json = field(default_factory=dict)
    edits: int = 0
    deleted: bool = False
    broadcast: bool = False
    unfurls: Json = field(default_factory=dict)
    reactions: list[str] = field(default_factory=list)

    @property
    def pings(self) -> list[str]:
        """Whom this notifies: `channel`, `here`, `everyone`, user and group ids; [] pings nobody.

        The text counts beside the blocks: it is what the notification shows.
        """
        full = self.options.get("parse") == "full" or bool(self.options.get("link_names"))
        found = mrkdwn.pings(self.text, parse_full=full) if self._parses_text else []
        for _, text, _ in rendered_blocks.parsed_texts(self.blocks):
            found += mrkdwn.pings(text)
        return found + rendered_blocks.rich_pings(self.blocks)

    @property
    def links(self) -> list[mrkdwn.MrkdwnLink]:
        """What can be clicked in what is displayed (the blocks, or the text where there are none)."""
        if not self.blocks:
            return mrkdwn.links(self.text)
        found: list[mrkdwn.MrkdwnLink] = []
        for _, text, verbatim in rendered_blocks.parsed_texts(self.blocks):
            found += mrkdwn.links(text, verbatim=verbatim)
        return found + list(rendered_blocks.clickable_urls(self.blocks))

    @property
    def shown(self) -> str:
        """What eyes see: format marks gone, links as labels, `[labels]` of buttons."""
        names = self.channel.team.names
        if self.blocks:
            return rendered_blocks.readable_text(self.blocks, names)
        return mrkdwn.shown(self.text, names) if self._parses_text else self.text

    @property
    def notification(self) -> str:
        """What a lock screen shows."""
        return mrkdwn.shown(self.text, self.channel.team.names)

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons, in order."""
        return [c.label for c in rendered_blocks.controls(self.blocks) if c.option is None]

    @property
    def menu(self) -> list[str]:
        """The labels of all menu options, in order."""
        return [c.label for c in rendered_blocks.controls(self.blocks) if c.option is not None]

    @property
    def replies(self) -> list[SlackMessage]:
        """The thread below this message, oldest first."""
        return [m for m in self.channel.kept if m.thread_ts == self.ts and m.ts != self.ts]

    @property
    def _parses_text(self) -> bool:
        return self.options.get("mrkdwn", True) is not False

    def as_json(self, *, with_metadata: bool = False) -> Json:
        """The message object of Slack's API. Metadata only for those who ask for it."""
        team = self.channel.team
        body: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": team.id}
        if self.from_bot:
            body |= {"bot_id": team.bot_id, "app_id": team.slack.app_id}
        if self.blocks:
            body["blocks"] = copy.deepcopy(self.blocks)
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.edits:
            body["edited"] = {"user": self.user, "ts": self.ts}
        if with_metadata and self.metadata is not None:
            body["metadata"] = copy.deepcopy(self.metadata)
        return body | self._thread_summary()

    def _thread_summary(self) -> Json:
        replies = self.replies
        if not replies:
            return {}
        return {
            "thread_ts": self.ts,
            "reply_count": len(replies),
            "reply_users": sorted({reply.user for reply in replies}),
            "reply_users_count": len({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
        }


@dataclass(slots=True, eq=False)
class SlackChannel:
    """A channel, public or private, or (with `im_with`) one person's conversation with the app."""

    team: SlackWorkspace
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    im_with: str | None = None
    archived: bool = False
    created: int = 0
    everything: list[SlackMessage] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """`im`, `private_channel` or `public_channel`, as the API's `types` argument says it."""
        if self.im_with:
            return "im"
        return "private_channel" if self.is_private else "public_channel"

    @property
    def messages(self) -> list[SlackMessage]:
        """What everyone here sees now, oldest first, threads folded."""
        return [m for m in self.kept if m.thread_ts in (None, m.ts) or m.broadcast]

    @property
    def posts(self) -> list[SlackMessage]:
        """Of `messages`, those by the app."""
        return [m for m in self.messages if m.from_bot]

    @property
    def kept(self) -> list[SlackMessage]:
        """Everything public that was not deleted, replies in threads included."""
        return [m for m in self.everything if not m.deleted and m.ephemeral_for is None]

    @property
    def has_bot(self) -> bool:
        return self.im_with is not None or self.team.bot_user in self.members

    def find(self, ts: str) -> SlackMessage | None:
        return next((m for m in self.kept if m.ts == ts), None)

    def as_json(self) -> Json:
        body: Json = {
            "id": self.id,
            "created": self.created,
            "is_channel": not self.is_private and not self.im_with,
            "is_group": False,
            "is_im": self.im_with is not None,
            "is_private": self.is_private or self.im_with is not None,
            "is_archived": self.archived,
            "context_team_id": self.team.id,
        }
        if self.im_with:
            return body | {"user": self.im_with, "is_open": True}
        return body | {"name": self.name, "is_member": self.has_bot, "num_members": len(self.members)}

    async def archive(self) -> None:
        """Someone archives the channel; nobody can post there any more."""
        await self.team.slack.events.archived(self)

    async def unarchive(self) -> None:
        await self.team.slack.events.unarchived(self)


class SlackWorkspace:
    """One workspace with the app installed in it."""

    def __init__(self, slack: FakeSlack, team_id: str, *, bot_name: str) -> None:
        self.slack = slack
        self.id = team_id
        self.domain = team_id.lower()
        self.bot_name = bot_name
        self.bot_user = slack.ids.new("U", bot_name)
        self.bot_id = slack.ids.new("B", bot_name)
        self.bot_token = f"xoxb-test-{team_id}"
        self.scopes: set[str] = set(SCOPES)
        self.installed = True
        self.revoked: set[str] = set()
        self.former_tokens: set[str] = set()
        #: Where tokens are rotated: what the next one is had for, and how many seconds the present one lasts.
        self.refresh_token = ""
        self.token_lasts = 12 * 3600
        self.users: dict[str, SlackUser] = {}
        self.channels: dict[str, SlackChannel] = {}

    @property
    def app_token(self) -> str:
        """The app-level token (of the app, the same for every workspace)."""
        return self.slack.app_token

    @property
    def names(self) -> dict[str, str]:
        """What ids are shown as: people, the bot and channels."""
        people = {person.id: person.name for person in self.users.values()}
        channels = {channel.id: channel.name for channel in self.channels.values()}
        return {**people, **channels, self.bot_user: self.bot_name}

    def person(self, name: str, *, tz: str = "Europe/Berlin") -> SlackUser:
        """A new colleague, with the time zone of their profile (IANA)."""
        from tests.fakes.slack.users import SlackUser

        person = SlackUser(self, self.slack.ids.new("U", name), name, tz)
        self.users[person.id] = person
        return person

    def channel(
        self, name: str, members: list[SlackUser] | None = None, *, private: bool = False, bot: bool = False
    ) -> SlackChannel:
        """A new channel. `bot`: the app is in it from the start (no event tells it so)."""
        ids = {person.id for person in members or []} | ({self.bot_user} if bot else set())
        channel = SlackChannel(self, self.slack.ids.new("C", name), name, ids, private, created=int(self.slack.now()))
        self.channels[channel.id] = channel
        return channel

    def dm(self, user_id: str) -> SlackChannel:
        """The conversation between the app and this person, opened if need be."""
        found = next((c for c in self.channels.values() if c.im_with == user_id), None)
        if found is None:
            name = self.users[user_id].name
            found = SlackChannel(self, self.slack.ids.new("D", name), name, {user_id}, im_with=user_id)
            self.channels[found.id] = found
        return found

    async def uninstall(self) -> None:
        """An admin removes the app: its token dies, `tokens_revoked` and `app_uninstalled` are sent."""
        await self.slack.events.uninstalled(self)

    def install(self, scopes: set[str] | None = None) -> None:
        """The app is installed again, with a new token (and these scopes)."""
        self.installed = True
        self.scopes = scopes or self.scopes
        self.former_tokens.add(self.bot_token)
        self.bot_token = f"xoxb-test-{self.id}-{self.slack.ids.count()}"

    def rotate(self) -> None:
        """The token is exchanged for a new one, which lasts twelve hours."""
        number = self.slack.ids.count()
        self.former_tokens.add(self.bot_token)
        self.bot_token, self.refresh_token = f"xoxe.xoxb-test-{self.id}-{number}", f"xoxe-test-{self.id}-{number}"
        self.token_lasts = 12 * 3600

    def user_json(self, user_id: str) -> Json | None:
        """The user object of `users.info`, for a person or the bot."""
        if user_id == self.bot_user:
            return self._user(user_id, self.bot_name, "America/Los_Angeles", is_bot=True)
        person = self.users.get(user_id)
        if person is None:
            return None
        home = {"is_admin": person.admin, "team_id": person.at_home}
        return self._user(user_id, person.name, person.tz, is_bot=False) | home

    def _user(self, user_id: str, name: str, tz: str, *, is_bot: bool) -> dict[str, Any]:
        return {
            "id": user_id,
            "team_id": self.id,
            "name": name.lower(),
            "deleted": False,
            "real_name": name,
            "tz": tz,
            "tz_label": tz,
            "tz_offset": self.slack.utc_offset(tz),
            "profile": {"real_name": name, "display_name": name, "team": self.id},
            "is_bot": is_bot,
            "is_app_user": False,
            "locale": "en-US",
        }
