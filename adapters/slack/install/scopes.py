"""What Paperboy asks a workspace for, each thing with its reason: scopes, events, and the domains whose links it is
sent.

https://docs.slack.dev/reference/scopes, https://docs.slack.dev/reference/events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "hears @Paperboy in channels it was invited to",
    "channels:history": "looks whether a digest arrived after the connection broke, so that none comes twice",
    "channels:read": "knows a channel's name, and hears when it is invited, removed, or the channel archived",
    "chat:write": "posts digests and answers",
    "commands": "answers /papers",
    "groups:history": "the same as channels:history, in private channels it was invited to",
    "groups:read": "the same as channels:read, in private channels it was invited to",
    "im:history": "reads what people write to it directly",
    "im:read": "tells its own direct conversation from that of two colleagues",
    "im:write": "opens the direct conversation with somebody who follows topics there",
    "links:read": "sees links to papers on arXiv and Hugging Face in messages",
    "links:write": "puts a card under such a link; `/papers unfurl off` switches that off",
    "users:read": "takes the time zone of a profile for the hour of the digest",
}
EVENTS: Final[Mapping[str, str]] = {
    "app_home_opened": "somebody looks at its Home tab, which then shows what is so now",
    "app_mention": "somebody asks in a channel",
    "app_uninstalled": "the workspace took it away: its digests stop",
    "channel_archive": "digests there stop",
    "channel_deleted": "digests there stop",
    "channel_left": "digests there stop",
    "channel_unarchive": "digests there go on",
    "group_archive": "the same for private channels",
    "group_deleted": "the same for private channels",
    "group_left": "the same for private channels",
    "group_unarchive": "the same for private channels",
    "link_shared": "somebody linked to a paper: it gets a card",
    "member_joined_channel": "it was invited: the inviter is greeted",
    "member_left_channel": "it was removed: digests there stop",
    "message.im": "somebody writes to it directly",
    "tokens_revoked": "the same as app_uninstalled",
}
UNFURLED: Final[Mapping[str, str]] = {
    "arxiv.org": "links to papers there",
    "hf.co": "the short form of huggingface.co",
    "huggingface.co": "links to papers there",
}
