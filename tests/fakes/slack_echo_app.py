"""A small Slack app on the real bolt: what the fake's own tests talk to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, SlackWorkspace

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "topics",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Topics"},
    "submit": {"type": "plain_text", "text": "Start"},
    "blocks": [
        {
            "type": "input",
            "block_id": "topic",
            "label": {"type": "plain_text", "text": "Topic"},
            "element": {"type": "external_select", "action_id": "topic", "min_query_length": 1},
        },
        {
            "type": "input",
            "block_id": "hour",
            "label": {"type": "plain_text", "text": "When"},
            "element": {"type": "timepicker", "action_id": "hour", "initial_time": "09:00"},
        },
    ],
}


def button(label: str, action_id: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id, "value": label}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def client_of(slack: FakeSlack, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.url, retry_handlers=[])


def echo_app(slack: FakeSlack, team: SlackWorkspace) -> AsyncApp:
    """Answers everything by saying what it got."""
    app = AsyncApp(signing_secret=slack.signing_secret, client=client_of(slack, team.bot_token))
    _talks(app)
    _has_a_form(app)
    _has_a_home(app)
    return app


def _talks(app: AsyncApp) -> None:
    @app.command("/echo")
    async def command(ack, respond, command):
        await ack()
        menu = {
            "type": "overflow",
            "action_id": "menu",
            "options": [
                {"text": {"type": "plain_text", "text": label}, "value": label.lower()}
                for label in ("Abstract", "Save")
            ],
        }
        await respond(
            text=command["text"] or "nothing",
            blocks=[
                section(f"*You said* {command['text'] or 'nothing'}", accessory=menu),
                {"type": "actions", "elements": [button("Undo", "undo"), button("Tell all", "tell")]},
            ],
        )

    @app.command("/slip")
    async def slip(ack):
        await ack("said in the acknowledgement")

    @app.command("/form")
    async def form(ack, client, body):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.command("/late")
    async def late(client, body):
        """Never acknowledges."""

    @app.action("undo")
    async def undo(ack, respond):
        await ack()
        await respond(text="Undone", replace_original=True)

    @app.action("tell")
    async def tell(ack, respond):
        await ack()
        await respond(text="Heard by all", response_type="in_channel")

    @app.action("menu")
    async def menu(ack, respond, action):
        await ack()
        await respond(text=f"picked {action['selected_option']['value']}")

    @app.event("app_mention")
    async def mention(event, say):
        await say(text=f"mentioned: {event['text']}", thread_ts=event["ts"])

    @app.event("message")
    async def message(event, say):
        await say(f"got: {event['text']}")

    @app.event("member_joined_channel")
    async def joined(event, client):
        await client.chat_postEphemeral(channel=event["channel"], user=event["inviter"], text="Thanks for inviting me")

    @app.event(re.compile("_left|_left_channel|uninstalled|revoked|link_shared"))
    async def noted(event):
        """Nothing to do; without a listener bolt would not acknowledge."""

    @app.shortcut("search")
    async def search(ack, client, shortcut):
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)


def _has_a_form(app: AsyncApp) -> None:
    @app.options("topic")
    async def topics(ack, payload):
        found = [t for t in ("diffusion", "clustering") if t.startswith(payload["value"])]
        await ack(options=[{"text": {"type": "plain_text", "text": t}, "value": t} for t in found])

    @app.view("topics")
    async def submitted(ack, view, client, body):
        values = view["state"]["values"]
        topic, hour = (
            values["topic"]["topic"]["selected_option"]["value"],
            values["hour"]["hour"]["selected_time"],
        )
        if hour < "06:00":
            await ack(response_action="errors", errors={"hour": "Everyone is asleep then"})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"following {topic} at {hour}")

    @app.view_closed("topics")
    async def closed(ack, client, body):
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text="never mind")


def _has_a_home(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def home(event, client):
        times = 1 if "view" not in event else 2
        view = {"type": "home", "blocks": [section(f"Home, visit {times}")]}
        await client.views_publish(user_id=event["user"], view=view)


@asynccontextmanager
async def installable(slack: FakeSlack, folder: Path) -> AsyncIterator[str]:
    """The echo app for many workspaces, installed by OAuth; yields its address."""
    settings = AsyncOAuthSettings(
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        scopes=["commands", "chat:write"],
        installation_store=FileInstallationStore(base_dir=str(folder / "installed")),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder / "states")),
    )
    flow = AsyncOAuthFlow(settings=settings, client=client_of(slack, ""))
    app = AsyncApp(signing_secret=slack.signing_secret, client=client_of(slack, ""), oauth_flow=flow)
    _talks(app)
    async with TestServer(app.web_app(path="/slack/events"), host="127.0.0.1") as server:
        slack.deliver_to(str(server.make_url("/slack/events")))
        yield str(server.make_url("")).rstrip("/")


@asynccontextmanager
async def by_socket(slack: FakeSlack, team: SlackWorkspace) -> AsyncIterator[AsyncApp]:
    """The echo app, connected over Socket Mode."""
    app = echo_app(slack, team)
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack-sdk has no types here
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # likewise


@asynccontextmanager
async def by_http(slack: FakeSlack, team: SlackWorkspace) -> AsyncIterator[AsyncApp]:
    """The echo app, listening for signed POSTs."""
    app = echo_app(slack, team)
    async with TestServer(app.web_app(path="/slack/events"), host="127.0.0.1") as server:
        slack.deliver_to(str(server.make_url("/slack/events")))
        yield app
