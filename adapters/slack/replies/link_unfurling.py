"""Cards under the links to papers that people send: at most once a week for a paper in a channel, none where a message
is full of links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slack_sdk.models.blocks import SectionBlock

from adapters.slack.capabilities import SLACK
from adapters.slack.client.api import SlackApi
from adapters.slack.directory.workspace import WorkspaceDirectory
from adapters.slack.events.events import LinksShared
from adapters.slack.rendering.mrkdwn import section_blocks
from adapters.slack.rendering.papers import paper_entry
from bot.calls import AskedFrom, CommandCall
from bot.chats import ChatAddress, ChatKind, PersonAddress
from bot.i18n import Translator
from bot.papers import parse_paper_id
from bot.ports import CommandHandler, PlatformState
from bot.views import PaperSummary

MANY_LINKS: Final = 3
SENT: Final = "conversations_history"  # not while somebody still writes

Json = Mapping[str, Any]


def parse_link_event(body: Json, bot_user: str) -> LinksShared | None:
    """The papers that a message links to; None for any other payload, and for what stays as it is.

    https://docs.slack.dev/reference/events/link_shared
    """
    event = body.get("event") or {}
    if body.get("type") != "event_callback" or event.get("type") != "link_shared":
        return None
    urls = [str(link.get("url") or "") for link in event.get("links") or ()]
    papers = {name: url for url in reversed(urls) if (name := parse_paper_id(url))}
    if event.get("source") != SENT or event.get("user") == bot_user or not 0 < len(papers) <= len(urls) <= MANY_LINKS:
        return None
    return LinksShared(
        event_id=str(body["event_id"]),
        channel=str(event.get("channel") or ""),
        user=str(event.get("user") or ""),
        unfurl_id=str(event.get("unfurl_id") or ""),
        papers=papers,
    )


class LinkUnfurler:
    """Shows the cards."""

    def __init__(self, api: SlackApi, workspace: WorkspaceDirectory, records: PlatformState) -> None:
        self._api = api
        self._workspace = workspace
        self._records = records

    async def show(self, event: LinksShared, answer: CommandHandler) -> None:
        """Cards for those of the papers that are known and had none here lately. Raises what Slack's refusal means."""
        view = await answer(await self._call(event))
        translator = Translator(view.language)
        known = [block for block in view.blocks if isinstance(block, PaperSummary) and not block.paper.sample]
        new = [block for block in known if await self._new(event.channel, block.paper.id)]
        cards = {
            event.papers[block.paper.id]: {"blocks": _blocks(block, translator)}
            for block in new
            if block.paper.id in event.papers
        }
        if cards:
            await self._api.unfurl(event.unfurl_id, SENT, cards)

    async def _call(self, event: LinksShared) -> CommandCall:
        workspace = (await self._workspace.bot_identity()).workspace
        return CommandCall(
            "cards",
            " ".join(event.papers),
            ChatAddress(SLACK, workspace, event.channel),
            ChatKind.CHANNEL,
            PersonAddress(SLACK, workspace, event.user),
            asked_from=AskedFrom.ELSEWHERE,
        )

    async def _new(self, channel: str, paper: str) -> bool:
        """What is kept of events is kept for a week."""
        name = f"card:{channel}:{paper}"
        new = await self._records.record_if_new(name, "{}")
        if new:
            await self._records.mark_processed(name)
        return new


def _blocks(block: PaperSummary, translator: Translator) -> list[dict[str, Any]]:
    drawn: list[SectionBlock] = list(section_blocks(paper_entry(block, translator)))
    return [each.to_dict() for each in drawn]
