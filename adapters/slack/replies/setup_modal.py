"""The form that sets up a digest, while a person fills it in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slack_bolt import BoltResponse

from adapters.slack.client.api import SlackApi
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import WorkspaceDirectory
from adapters.slack.events.command_calls import is_member_of, resolve_lookup
from adapters.slack.rendering import setup_values
from adapters.slack.rendering.mrkdwn import mrkdwn
from adapters.slack.rendering.private_metadata import ThreadRef, build_metadata, parse_origin
from adapters.slack.rendering.setup_form import CALLBACK, OWN_CONVERSATION, TOPICS, WHERE, render_form
from bot.errors import DeliveryError
from bot.i18n import LazyText, Translator, t
from bot.ports import CommandHandler, PlatformState
from bot.views import Footer, InputErrorBlock, SetupForm, TextBlock, View

Json = Mapping[str, Any]
log = logging.getLogger(__name__)

SECONDS: Final = 2.0  # of the three that Slack gives


class SetupModal:
    """Draws the form, and follows what is typed and chosen in it."""

    def __init__(
        self, api: SlackApi, workspace: WorkspaceDirectory, members: Memberships, records: PlatformState
    ) -> None:
        self._api = api
        self._workspace = workspace
        self._members = members
        self._records = records
        self._latest: dict[str, Json] = {}

    async def build(
        self,
        form: SetupForm,
        user: str,
        place: str,
        language: str,
        origin: ThreadRef | None,
        typed: Sequence[str] = (),
    ) -> dict[str, Any]:
        """The form for a place, opened by that person from ``origin``; ``typed`` are lines that they added by now."""
        try:
            places = await self._members.shared_channels(user)
        except DeliveryError:
            places = ()
        # The place that is asked about comes first, and is there even where the list is longer than a menu.
        chosen = [each for each in places if each.channel == place]
        others = [each for each in places if each.channel != place]
        return render_form(form, place, [*chosen, *others], build_metadata(origin), language, typed)

    def handles(self, body: Json) -> bool:
        """Whether the payload is about such a form that somebody still fills in."""
        ours = (body.get("view") or {}).get("callback_id") == CALLBACK
        return ours and (body.get("type") == "block_actions" or _is_behind(body))

    async def on_action(self, body: Json, answer: CommandHandler) -> BoltResponse:
        """Takes it in; what somebody typed is looked at after it was acknowledged, the last thing they typed alone."""
        if body.get("type") == "view_submission":
            return await self._caught_up(body, answer)
        return BoltResponse(status=200)

    async def update(self, body: Json, answer: CommandHandler) -> None:
        """Shows what is typed by now would bring, or the values of the place that was chosen."""
        view_id = str(body["view"].get("id") or "")
        waiting = view_id in self._latest
        self._latest[view_id] = body
        if waiting:
            return
        try:
            while (latest := self._latest[view_id]) is not None:
                await self._shown(latest, answer)
                if self._latest[view_id] is latest:
                    break
        except DeliveryError as problem:
            log.warning("a form could not be brought up to date: %s", problem.reason)
        finally:
            self._latest.pop(view_id, None)

    async def _shown(self, body: Json, answer: CommandHandler) -> None:
        view = body["view"]
        if _is_behind(body):
            shown = await self._for_place(body, answer)
        else:
            text = await self._preview(body, answer)
            shown = setup_values.with_preview(view, text)
        await self._api.update_view(str(view["id"]), shown)

    async def _preview(self, body: Json, answer: CommandHandler) -> str:
        lines = setup_values.lines_typed(body["view"])
        view = await self._asked(body, f"glance {chr(10).join(lines)}", answer) if lines else View(())
        translator = Translator(view.language)
        return "\n".join(mrkdwn(translator, text) for text in _texts(view)) or "…"

    async def _for_place(self, body: Json, answer: CommandHandler) -> dict[str, Any]:
        """The form with the values of the place that was chosen, and what was typed so far."""
        view = body["view"]
        found = await self._asked(body, "setup", answer)
        if found.form is None:
            return setup_values.with_preview(view, "…")
        typed = setup_values.lines_added(view)
        place, user = setup_values.place_chosen(view), str(body["user"]["id"])
        return await self.build(found.form, user, place, found.language, parse_origin(view), typed)

    async def _caught_up(self, body: Json, answer: CommandHandler) -> BoltResponse:
        """Submitted before the values of the chosen place had come: they are shown first."""
        try:
            async with asyncio.timeout(SECONDS):
                view = await self._for_place(body, answer)
        except (TimeoutError, DeliveryError):
            wait = Translator().plain_text(t("I am fetching what is set there. Please save once more in a moment."))
            return BoltResponse(status=200, body={"response_action": "errors", "errors": {WHERE: wait}})
        return BoltResponse(status=200, body={"response_action": "update", "view": view})

    async def _asked(self, body: Json, command: str, answer: CommandHandler) -> View:
        place, user = setup_values.place_chosen(body["view"]) or OWN_CONVERSATION, str(body["user"]["id"])
        if place != OWN_CONVERSATION and not await is_member_of(place, user, self._workspace, self._members):
            return View(())  # the form names a conversation that the person is not in
        return await answer((await resolve_lookup(user, place, command, self._workspace)).call)


def submission_errors(body: Json, view: View) -> dict[str, Any] | None:
    """The mistake as the form shows it at its field; None if there is none."""
    mistake = next((block for block in view.blocks if isinstance(block, InputErrorBlock)), None)
    if mistake is None:
        return None
    translator = Translator(view.language)
    said = [translator.plain_text(block.message) for block in view.blocks if isinstance(block, InputErrorBlock)]
    block = setup_values.field_block(body["view"], mistake.field or WHERE) or setup_values.field_block(
        body["view"], TOPICS
    )
    return {"response_action": "errors", "errors": {block: " ".join(said)}}


def _is_behind(body: Json) -> bool:
    chosen = setup_values.place_chosen(body["view"])
    return bool(chosen) and chosen != setup_values.place_drawn(body["view"])


def _texts(view: View) -> Iterator[LazyText]:
    for block in view.blocks:
        match block:
            case TextBlock(text) | Footer(text) | InputErrorBlock(text):
                yield text
