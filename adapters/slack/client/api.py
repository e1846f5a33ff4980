"""Slack's Web API with one workspace's token; every failure is one of :mod:`bot.errors`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.client.connection import REQUEST_TIMEOUT_SECONDS, Connection
from adapters.slack.client.error_table import DEFAULT_RETRY_DELAY, MESSAGE_GONE_ERRORS, VIEW_GONE_ERRORS, SlackRemedy
from adapters.slack.client.errors import SlackRejected, error_code, to_delivery_error
from adapters.slack.client.tokens import BotToken
from adapters.slack.rendering.splitting import SlackMessage
from bot.errors import ErrorScope, NotAuthorised, OutcomeUnknown, RetryLater
from bot.ports import Clock

#: What an app that is distributed outside the marketplace gets at once, and that only once a minute:
#: https://docs.slack.dev/apis/web-api/rate-limits
HISTORY_PAGE_SIZE: Final = 15
MAX_FALLBACKS: Final = 2  # without blocks, without a key
EVENT_TYPE: Final = "paperboy_digest"

Json = Mapping[str, Any]
Call = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlackMessageRef:
    """Where a message lies: its channel (for a person's id the direct conversation) and its timestamp."""

    channel: str
    ts: str


class SlackApi:
    """The calls that Paperboy makes in one workspace."""

    def __init__(self, token: BotToken, connection: Connection, clock: Clock) -> None:
        self._token = token
        self._connection = connection
        self._clock = clock
        #: Keys that Slack did not take: nobody can look for their messages.
        self.rejected_keys: set[str] = set()

    async def token(self) -> str:
        """The token that a call would be made with. Raises NotAuthorised or RetryLater."""
        return await self._token.get()

    # --- writing

    async def post(self, channel: str, message: SlackMessage, *, key: str = "", thread_ts: str = "") -> SlackMessageRef:
        """Posts a message; where its blocks or its key are refused, once more without them."""
        arguments: dict[str, Any] = {**_content(message), "channel": channel, "thread_ts": thread_ts or None}
        if key:
            arguments["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"k": key}}
        for _ in range(MAX_FALLBACKS):
            try:
                return await self._post(arguments)
            except SlackRejected as refused:
                plainer = _fallback_arguments(refused.remedy, arguments, message)
                if plainer is None:
                    raise
            arguments = plainer
            if key and "metadata" not in arguments:
                self.rejected_keys.add(key)
        return await self._post(arguments)

    async def _post(self, arguments: Json) -> SlackMessageRef:
        response = await self._invoke(lambda client: client.chat_postMessage(**arguments))
        return SlackMessageRef(str(response["channel"]), str(response["ts"]))

    async def post_ephemeral(self, channel: str, user: str, message: SlackMessage, *, thread_ts: str = "") -> None:
        """Shows a message to one member of a channel only."""
        content = {**_content(message), "channel": channel, "user": user, "thread_ts": thread_ts or None}
        await self._invoke(lambda client: client.chat_postEphemeral(**content))

    async def update(self, where: SlackMessageRef, message: SlackMessage) -> None:
        """Shows another message where one of ours stands; one that is gone is no error."""
        try:
            await self._update(where, message.text, list(message.blocks))
        except SlackRejected as refused:
            if refused.remedy is not SlackRemedy.RETRY_PLAIN:
                raise
            await self._update(where, message.fallback_text, [])

    async def _update(self, where: SlackMessageRef, text: str, blocks: list[dict[str, Any]]) -> None:
        await self._invoke(
            lambda client: client.chat_update(channel=where.channel, ts=where.ts, text=text, blocks=blocks),
            MESSAGE_GONE_ERRORS,
        )

    async def respond(
        self, response_url: str, message: SlackMessage, *, replace: bool = False, thread_ts: str = ""
    ) -> bool:
        """Answers by an interaction's own address, to that person only; False if it takes no more answers.

        It works five times within 30 minutes: https://docs.slack.dev/interactivity/handling-user-interaction
        """
        client = self._connection.responder(response_url)
        body = {**_content(message), "response_type": "ephemeral", "replace_original": replace}
        if thread_ts and not replace:
            body["thread_ts"] = thread_ts
        if await self._accepted(client, body):
            return True
        return bool(message.blocks) and await self._accepted(
            client, body | {"blocks": [], "text": message.fallback_text}
        )

    async def _accepted(self, client: AsyncWebhookClient, body: dict[str, Any]) -> bool:
        try:
            return (await client.send_dict(body)).status_code == 200
        except Exception as problem:
            raise to_delivery_error(problem, self._clock.now()) from None

    async def open_view(self, trigger_id: str, view: Json) -> None:
        """Opens a form in front of a person who did something within the last three seconds."""
        await self._invoke(lambda client: client.views_open(trigger_id=trigger_id, view=dict(view)))

    async def push_view(self, trigger_id: str, view: Json) -> None:
        """Puts a form over the one in which a person just did something."""
        await self._invoke(lambda client: client.views_push(trigger_id=trigger_id, view=dict(view)))

    async def update_view(self, view_id: str, view: Json) -> None:
        """Shows another form in the place of one; one that was closed meanwhile is no error."""
        await self._invoke(lambda client: client.views_update(view_id=view_id, view=dict(view)), VIEW_GONE_ERRORS)

    async def publish_home(self, user_id: str, view: Json) -> None:
        """Shows a person their Home tab."""
        await self._invoke(lambda client: client.views_publish(user_id=user_id, view=dict(view)))

    async def unfurl(self, unfurl_id: str, source: str, cards: Json) -> None:
        """Shows cards under a message, by the addresses in it."""
        await self._invoke(lambda client: client.chat_unfurl(unfurl_id=unfurl_id, source=source, unfurls=dict(cards)))

    # --- asking

    async def auth_test(self) -> AsyncSlackResponse:
        return await self._query(lambda client: client.auth_test())

    async def user(self, user_id: str) -> Json:
        response = await self._query(lambda client: client.users_info(user=user_id))
        return dict(response["user"])

    async def conversation(self, channel: str) -> Json:
        response = await self._query(lambda client: client.conversations_info(channel=channel))
        return dict(response["channel"])

    async def channels_of(self, user_id: str, cursor: str) -> AsyncSlackResponse:
        """A page of the channels that a person is in (''  = the bot itself); of private ones those it shares with
        them."""
        return await self._query(
            lambda client: client.users_conversations(
                user=user_id or None,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                cursor=cursor or None,
            )
        )

    async def direct_channel(self, user_id: str) -> str:
        """The conversation between the bot and a person, opened if need be."""
        response = await self._query(lambda client: client.conversations_open(users=user_id))
        return str(response["channel"]["id"])

    async def history(self, channel: str, oldest: str, latest: str, cursor: str = "") -> AsyncSlackResponse:
        """A page of what was said from ``oldest`` to ``latest``, newest first, with our keys."""
        return await self._query(
            lambda client: client.conversations_history(
                channel=channel,
                oldest=oldest,
                latest=latest,
                inclusive=True,
                limit=HISTORY_PAGE_SIZE,
                include_all_metadata=True,
                cursor=cursor or None,
            )
        )

    async def replies(self, channel: str, ts: str, oldest: str) -> AsyncSlackResponse:
        """A page of a thread."""
        return await self._query(
            lambda client: client.conversations_replies(
                channel=channel, ts=ts, oldest=oldest, limit=200, include_all_metadata=True
            )
        )

    async def _query(self, call: Call) -> AsyncSlackResponse:
        """Where nothing is written, no answer only means to ask again."""
        try:
            return await self._invoke(call)
        except OutcomeUnknown as problem:
            raise RetryLater(self._clock.now() + DEFAULT_RETRY_DELAY, ErrorScope.WORKSPACE, problem.reason) from None

    async def _invoke(self, call: Call, tolerated: Collection[str] = ()) -> AsyncSlackResponse:
        """Where the token is refused, once more if there is another by now: the app may have been installed again."""
        token = await self._token.get()
        try:
            return await self._invoke_with(call, token, tolerated)
        except NotAuthorised:
            other = await self._token.refreshed_from(token)
            if not other:
                raise
        return await self._invoke_with(call, other, tolerated)

    async def _invoke_with(self, call: Call, token: str, tolerated: Collection[str]) -> AsyncSlackResponse:
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_SECONDS + 5):
                return await call(self._connection.client(token))
        except SlackApiError as problem:
            if error_code(problem) in tolerated and isinstance(problem.response, AsyncSlackResponse):
                return problem.response
            raise to_delivery_error(problem, self._clock.now()) from None
        except Exception as problem:
            raise to_delivery_error(problem, self._clock.now()) from None


def _content(message: SlackMessage) -> dict[str, Any]:
    content: dict[str, Any] = {"text": message.text, "unfurl_links": False, "unfurl_media": False}
    return content | {"blocks": list(message.blocks)} if message.blocks else content


def _fallback_arguments(remedy: SlackRemedy, arguments: Json, message: SlackMessage) -> dict[str, Any] | None:
    """What may still be taken after a refusal."""
    if remedy is SlackRemedy.RETRY_PLAIN and "blocks" in arguments:
        log.error("Slack can't read the blocks of a message of ours, so it goes as text")
        return {name: value for name, value in arguments.items() if name != "blocks"} | {"text": message.fallback_text}
    if remedy is SlackRemedy.RETRY_KEYLESS and "metadata" in arguments:
        log.error("Slack does not take the key of a message of ours, so it goes without")
        return {name: value for name, value in arguments.items() if name != "metadata"}
    return None
