"""Putting messages into channels and views onto people's screens, and answering in their place."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import form_filling
from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.methods.chat import checked_content
from tests.fakes.slack.modals import SlackView
from tests.fakes.slack.workspace import SlackChannel, SlackMessage

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack
    from tests.fakes.slack.users import SlackUser


class MessagePoster:
    """The messages' way into channels."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def add(self, channel: SlackChannel, *, user: str, text: str, blocks: list[Json], **more: Any) -> SlackMessage:
        """A new message; the app hears of what it may hear of, its own posts included."""
        message = SlackMessage(channel, self._slack.ids.ts(), user, text, self.with_ids(blocks), **more)
        channel.everything.append(message)
        if message.ephemeral_for is None:
            self._slack.events.on_app_message(message)
        self._slack.changed()
        return message

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """The blocks with the ids that Slack gives where the app gave none."""
        blocks = copy.deepcopy(blocks)
        for block in blocks:
            block.setdefault("block_id", self._slack.ids.new("", "B"))
            inside = [block[name] for name in ("accessory", "element") if name in block]
            for element in [*inside, *(block.get("elements") or [])]:
                if element.get("type") not in ("image", "mrkdwn", "plain_text", None) and block["type"] != "rich_text":
                    element.setdefault("action_id", self._slack.ids.new("", "A"))
        return blocks

    def answer(self, channel: SlackChannel, user: str, body: Json, *, thread_ts: str | None = None) -> SlackMessage:
        """An answer to an interaction: to this person only, unless it says `in_channel`."""
        everyone = body.get("response_type") == "in_channel"
        return self.add(
            channel,
            user=channel.team.bot_user,
            from_bot=True,
            ephemeral_for=None if everyone else user,
            thread_ts=thread_ts,
            **checked_content(body),
        )

    def rewrite(self, message: SlackMessage, body: Json) -> None:
        """The answer takes the place of the message that was pressed."""
        content = checked_content(body)
        message.text, message.blocks = content["text"], self.with_ids(content["blocks"])
        message.edits += 1

    def notice(self, channel: SlackChannel, user: str, text: str) -> SlackMessage:
        """What Slack itself tells a person, in its own name, and only them."""
        return self.add(channel, user="USLACKBOT", text=text, blocks=[], ephemeral_for=user)


class ViewPresenter:
    """The views' way onto people's screens."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def open(self, person: SlackUser, json: Json) -> SlackView:
        """A modal of its own; one that was open makes way."""
        person.modals.clear()
        return self.push(person, json)

    def push(self, person: SlackUser, json: Json) -> SlackView:
        view = self._new(person, json)
        below = person.modals[-1] if person.modals else None
        view.root_id = below.root_id if below else view.id
        view.previous_id = below.id if below else None
        person.modals.append(view)
        self._slack.changed()
        return view

    def show(self, view: SlackView, json: Json) -> None:
        """Other content in the same view."""
        view.replace(self._with_ids(json), self._slack.ids.new("", "HASH"))
        form_filling.write_initial_values(view)
        self._slack.changed()

    def publish(self, person: SlackUser, json: Json) -> SlackView:
        """App Home's new content; it keeps its id."""
        if person.home is None:
            person.home = self._new(person, json)
        else:
            self.show(person.home, json)
        self._slack.changed()
        return person.home

    def _new(self, person: SlackUser, json: Json) -> SlackView:
        ids = self._slack.ids
        view = SlackView(person.team, ids.new("V", "VIEW"), person.id, self._with_ids(json), ids.new("", "HASH"))
        view.root_id = view.id
        form_filling.write_initial_values(view)
        return view

    def _with_ids(self, json: Json) -> Json:
        return {**copy.deepcopy(json), "blocks": self._slack.poster.with_ids(json["blocks"])}
