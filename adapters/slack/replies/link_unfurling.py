"""Cards under the links to papers that people send: at most once a week for a paper in a channel, none where a message
is full of links."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import SectionBlock

from adapters.slack.client.api import SlackApi
from adapters.slack.directory.workspace import Workspace
from adapters.slack.events.events import Inbound, Way
from adapters.slack.rendering.mrkdwn import sections
from adapters.slack.rendering.papers import entry
from bot.calls import CommandCall
from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform
from bot.i18n import Translator
from bot.papers import paper_id
from bot.ports import Answer, Records
from bot.views import PaperEntry

MANY_LINKS: Final = 3
SENT: Final = "conversations_history"  # not while somebody still writes

Json = Mapping[str, Any]


def links_told(body: Json, bot_user: str) -> Inbound | None:
    """The papers that a message links to; None for any other payload, and for what stays as it is.

    https://docs.slack.dev/reference/events/link_shared
    """
    event = body.get("event") or {}
    if body.get("type") != "event_callback" or event.get("type") != "link_shared":
        return None
    urls = [str(link.get("url") or "") for link in event.get("links") or ()]
    papers = {name: url for url in reversed(urls) if (name := paper_id(url))}
    if event.get("source") != SENT or event.get("user") == bot_user or not 0 < len(papers) <= len(urls) <= MANY_LINKS:
        return None
    said = {"unfurl_id": str(event.get("unfurl_id") or ""), "papers": papers}
    return Inbound(
        Way.LINKS,
        str(body["event_id"]),
        channel=str(event.get("channel") or ""),
        user=str(event.get("user") or ""),
        text=json.dumps(said),
    )


class Unfurling:
    """Shows the cards."""

    def __init__(self, api: SlackApi, workspace: Workspace, records: Records) -> None:
        self._api = api
        self._workspace = workspace
        self._records = records

    async def show(self, inbound: Inbound, answer: Answer) -> None:
        """Cards for those of the papers that are known and had none here lately. Raises what Slack's refusal means."""
        said = json.loads(inbound.text)
        view = await answer(await self._call(inbound, list(said["papers"])))
        translator = Translator(view.language)
        known = [block for block in view.blocks if isinstance(block, PaperEntry) and not block.paper.sample]
        new = [block for block in known if await self._new(inbound.channel, block.paper.id)]
        cards = {
            said["papers"][block.paper.id]: {"blocks": _blocks(block, translator)}
            for block in new
            if block.paper.id in said["papers"]
        }
        if cards:
            await self._api.unfurl(said["unfurl_id"], SENT, cards)

    async def _call(self, inbound: Inbound, papers: Sequence[str]) -> CommandCall:
        workspace = (await self._workspace.installation()).workspace
        return CommandCall(
            "cards",
            " ".join(papers),
            ChatAddress(Platform.SLACK, workspace, inbound.channel),
            ChatKind.CHANNEL,
            PersonAddress(Platform.SLACK, workspace, inbound.user),
            passing=True,
        )

    async def _new(self, channel: str, paper: str) -> bool:
        """What is kept of events is kept for a week."""
        name = f"card:{channel}:{paper}"
        new = await self._records.first_time(name, "{}")
        if new:
            await self._records.done(name)
        return new


def _blocks(block: PaperEntry, translator: Translator) -> list[dict[str, Any]]:
    drawn: list[SectionBlock] = list(sections(entry(block, translator)))
    return [each.to_dict() for each in drawn]
