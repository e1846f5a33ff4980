"""A person in a workspace: what they do, and what they see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import form_filling, modal_submission, oauth_install, payloads, rendered_blocks, workspace_events
from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.event_delivery import EventDelivery
from tests.fakes.slack.modals import SlackView
from tests.fakes.slack.oauth_install import InstallResult
from tests.fakes.slack.workspace import SlackChannel, SlackMessage, SlackWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator

SlackPlace = SlackMessage | SlackView | SlackChannel


class SlackUser:
    """Someone with a name and a time zone (IANA). Everything they do is awaited until the app acknowledged."""

    def __init__(self, team: SlackWorkspace, user_id: str, name: str, tz: str) -> None:
        self.team = team
        self.slack = team.slack
        self.id = user_id
        self.name = name
        self.tz = tz
        self.admin = False
        #: The workspace they belong to, where that is another one, which shares a channel with this.
        self.at_home = team.id
        self.home: SlackView | None = None
        self.modals: list[SlackView] = []

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    # What they say.

    async def command(self, channel: SlackChannel | None, line: str) -> EventDelivery:
        """Types a slash command, in a channel or (None) in the conversation with the app."""
        where = channel or self.dm_channel
        name, _, text = line.partition(" ")
        payload = payloads.command(self, where, name, text.strip())
        delivery = await self.slack.deliveries.deliver("slash_commands", payload)
        if delivery.failure:
            self.slack.poster.notice(where, self.id, f'{name} failed with the error "{delivery.failure}"')
        elif delivery.response.get("text") or delivery.response.get("blocks"):
            self._show_answer(where, delivery.response)
        return delivery

    async def say(self, channel: SlackChannel, text: str, *, thread: SlackMessage | None = None) -> SlackMessage:
        """Writes into a channel (or a thread there); `@paperboy` becomes a mention."""
        assert not channel.archived, f"#{channel.name} is archived: nobody can write there"
        thread_ts = (thread.thread_ts or thread.ts) if thread else None
        written = workspace_events.escape_typed(self.team, text)
        message = self.slack.poster.add(channel, user=self.id, text=written, blocks=[], thread_ts=thread_ts)
        await self.slack.events.on_user_message(message)
        return message

    async def dm(self, text: str) -> SlackMessage:
        """Writes to the app directly."""
        return await self.say(self.dm_channel, text)

    async def shortcut(self, callback_id: str, on: SlackMessage | None = None) -> EventDelivery:
        """Picks a global shortcut, or one on a message."""
        if on is None:
            payload = payloads.shortcut(self, callback_id)
        else:
            payload = payloads.message_shortcut(self, on, callback_id)
        return await self.slack.deliveries.deliver("interactive", payload)

    # What they press and fill in.

    async def press(self, where: SlackPlace, label: str, *, within: str = "") -> EventDelivery:
        """Presses a button or picks a menu option by what it says.

        In a channel: the newest message that has it. `within`: only in a block that shows this (one paper of
        many). A confirmation dialog is confirmed.
        """
        place, control = self._find_control(where, label, within)
        action = self._action(control)
        if isinstance(place, SlackView) and control.option is not None and form_filling.state_key(control.element):
            assert control.block["type"] != "input", "fill forms with choose() or submit()"
            await self._fill(place, control.element["action_id"], control.option["value"])
        return await self._act(place, action)

    async def choose(self, view: SlackView, label: str, value: Any) -> EventDelivery | None:
        """Fills one field; the app hears of it if the element stands in no form or dispatches its action."""
        block, element = await self._fill(view, label, value)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return None
        state = view.state[block["block_id"]][element["action_id"]]
        return await self._act(view, self._ids(block, element) | state)

    async def suggestions(self, view: SlackView, label: str, typed: str) -> list[str]:
        """What a menu with options from the app offers while they type."""
        block, element = form_filling.find_input(view, label)
        return [rendered_blocks.text_of(option["text"]) for option in await self._suggest(view, block, element, typed)]

    async def submit(self, view: SlackView, values: dict[str, Any] | None = None) -> EventDelivery | None:
        """Fills in fields by their labels and submits.

        None if Slack's client keeps it back because a required field is empty (`view.errors` says which).
        """
        for label, value in (values or {}).items():
            await self._fill(view, label, value)
        view.errors = form_filling.missing_inputs(view)
        if view.errors:
            return None
        return await modal_submission.submit(self, view)

    async def close(self, view: SlackView, *, all: bool = False) -> EventDelivery | None:
        """Closes a modal (`all`: the whole stack); the app hears of it if it asked to."""
        return await modal_submission.close(self, view, all_of_them=all)

    # Where they go, whom they bring.

    async def opens_home(self) -> SlackView | None:
        """Opens the app's Home tab."""
        await self.slack.events.home_opened(self, "home")
        return self.home

    async def opens_messages(self) -> None:
        """Opens the app's Messages tab."""
        await self.slack.events.home_opened(self, "messages")

    async def invite(self, channel: SlackChannel, who: SlackUser | None = None) -> None:
        """Invites the app (or a colleague) into a channel."""
        user = who.id if who else self.team.bot_user
        await self.slack.events.joined(channel, user, inviter=self.id)

    async def installs(self, app_url: str, *, cancels: bool = False, state: str | None = None) -> InstallResult:
        """Installs the app by OAuth from its install page (`state`: a forged one)."""
        return await oauth_install.install(self, app_url, cancels=cancels, state=state)

    async def kick(self, channel: SlackChannel) -> None:
        """Removes the app from a channel."""
        await self.slack.events.left(channel, self.team.bot_user)

    # What they see.

    @property
    def dm_channel(self) -> SlackChannel:
        return self.team.dm(self.id)

    @property
    def dms(self) -> list[SlackMessage]:
        """The conversation with the app, both sides, oldest first."""
        return self.dm_channel.messages

    @property
    def modal(self) -> SlackView:
        """The modal on top. Raises AssertionError if none is open."""
        assert self.modals, f"{self.name} has no modal open"
        return self.modals[-1]

    def ephemeral(self, channel: SlackChannel | None = None) -> list[SlackMessage]:
        """What only they see in a channel (None: anywhere), oldest first."""
        rooms = [channel] if channel else list(self.team.channels.values())
        return [m for room in rooms for m in room.everything if m.ephemeral_for == self.id and not m.deleted]

    def visible(self, channel: SlackChannel | None = None) -> Iterator[SlackMessage | SlackView]:
        """All they can see, newest last: channels they are in, threads, private answers, views."""
        rooms = [channel] if channel else [c for c in self.team.channels.values() if self.id in c.members]
        yours = (None, self.id)
        messages = [m for c in rooms for m in c.everything if m.ephemeral_for in yours and not m.deleted]
        yield from sorted(messages, key=lambda message: message.ts)
        if channel is None:
            yield from [self.home] if self.home else []
            yield from self.modals

    def can_see(
        self, text: str | re.Pattern[str], channel: SlackChannel | None = None
    ) -> SlackMessage | SlackView | None:
        """The newest thing that shows this text (or pattern), if any."""
        seen = [each for each in self.visible(channel) if _matches(text, each.shown)]
        return seen[-1] if seen else None

    async def sees(
        self, text: str | re.Pattern[str], channel: SlackChannel | None = None, *, timeout: float = 60
    ) -> SlackMessage | SlackView:
        """Waits until they see this text. Raises AssertionError with all there is instead."""
        found = await self.slack.until(
            lambda: self.can_see(text, channel),
            lambda: f"{self.name} to see {text!r}; there is:\n{self._all_shown(channel)}",
            timeout=timeout,
        )
        assert found is not None
        return found

    def _all_shown(self, channel: SlackChannel | None) -> str:
        return "\n---\n".join(each.shown for each in self.visible(channel)) or "nothing"

    # Behind it.

    def _show_answer(self, where: SlackChannel, response: Json) -> None:
        with self.slack.complaining("the command's answer"):
            self.slack.poster.answer(where, self.id, response)

    def _find_control(
        self, where: SlackPlace, label: str, within: str
    ) -> tuple[SlackMessage | SlackView, rendered_blocks.Control]:
        places = list(reversed(list(self.visible(where)))) if isinstance(where, SlackChannel) else [where]
        for place in places:
            fitting = [c for c in rendered_blocks.controls(place.blocks, self.team.names) if c.label == label]
            fitting = [c for c in fitting if within in c.near]
            if len(fitting) > 1:
                raise AssertionError(f"{label!r} stands there {len(fitting)} times: say which by within=")
            if fitting:
                return place, fitting[0]
        shown = "\n---\n".join(place.shown for place in places)
        raise AssertionError(f"nothing to press says {label!r}; there is:\n{shown}")

    def _ids(self, block: Json, element: Json) -> Json:
        return {
            "type": element["type"],
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "action_ts": self.slack.ids.ts(),
        }

    def _action(self, control: rendered_blocks.Control) -> Json:
        action = self._ids(control.block, control.element)
        if control.option is None:
            return action | {k: v for k, v in control.element.items() if k in ("text", "value", "style")}
        option = {k: v for k, v in control.option.items() if k in ("text", "value")}
        if form_filling.state_key(control.element) == "selected_options":
            return action | {"selected_options": [option]}
        return action | {"selected_option": option}

    async def _act(self, place: SlackMessage | SlackView, action: Json) -> EventDelivery:
        payload = payloads.block_actions(self, place, action)
        delivery = await self.slack.deliveries.deliver("interactive", payload)
        if delivery.failure:
            self.slack.complaints.append(f"block_actions: {delivery.failure}")
        return delivery

    async def _fill(self, view: SlackView, label: str, value: Any) -> tuple[Json, Json]:
        async def suggest(block: Json, element: Json, typed: str) -> list[Json]:
            return await self._suggest(view, block, element, typed)

        return await form_filling.fill_input(view, label, value, suggest)

    async def _suggest(self, view: SlackView, block: Json, element: Json, typed: str) -> list[Json]:
        payload = payloads.suggestions(self, view, block, element, typed)
        delivery = await self.slack.deliveries.deliver("interactive", payload)
        return modal_submission.offered(self, delivery)


def _matches(wanted: str | re.Pattern[str], shown: str) -> bool:
    return wanted in shown if isinstance(wanted, str) else wanted.search(shown) is not None
