"""Views: modals, which stack, and App Home, one per person."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import rendered_blocks
from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.workspace import SlackWorkspace

#: Slack shows at most three modals on top of each other.
STACK = 3


@dataclass(slots=True, eq=False)
class SlackView:
    """One view as it is now, with what the person has filled in (`state`: block id -> action id -> value)."""

    team: SlackWorkspace
    id: str
    user: str
    json: Json
    hash: str
    root_id: str = ""
    previous_id: str | None = None
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return list(self.json["blocks"])

    @property
    def kind(self) -> str:
        return str(self.json["type"])

    @property
    def title(self) -> str:
        return rendered_blocks.text_of(self.json.get("title"))

    @property
    def callback_id(self) -> str:
        return str(self.json.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.json.get("private_metadata", ""))

    @property
    def shown(self) -> str:
        """What eyes see: title, body, errors at their fields, and the buttons below."""
        below = [rendered_blocks.text_of(self.json.get(name)) for name in ("close", "submit")]
        lines = [self.title, rendered_blocks.readable_text(self.blocks, self.team.names), *self.errors.values()]
        lines.append(" ".join(f"[{label}]" for label in below if label))
        return "\n".join(line for line in lines if line)

    @property
    def buttons(self) -> list[str]:
        return [c.label for c in rendered_blocks.controls(self.blocks) if c.option is None]

    @property
    def fields(self) -> list[str]:
        """The labels of the form's inputs, in order."""
        return [rendered_blocks.text_of(block["label"]) for block in self.blocks if block["type"] == "input"]

    def replace(self, json: Json, new_hash: str) -> None:
        """Show this instead; what was filled in stays where block and action id stay."""
        kept = {
            (block["block_id"], element["action_id"]) for block, element in rendered_blocks.elements(json["blocks"])
        }
        self.state = {
            block_id: {action_id: value for action_id, value in inside.items() if (block_id, action_id) in kept}
            for block_id, inside in self.state.items()
        }
        self.json, self.hash, self.errors = json, new_hash, {}

    def as_json(self) -> Json:
        """The view object of Slack's API and payloads."""
        given = copy.deepcopy(self.json)
        defaults: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None}
        defaults |= {"clear_on_close": False, "notify_on_close": False, "submit": None, "title": None}
        return {
            **defaults,
            **given,
            "id": self.id,
            "team_id": self.team.id,
            "state": {"values": copy.deepcopy({k: v for k, v in self.state.items() if v})},
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "app_id": self.team.slack.app_id,
            "bot_id": self.team.bot_id,
        }
