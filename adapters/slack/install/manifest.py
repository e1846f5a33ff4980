"""The app manifest: what Slack has to know of Paperboy, with the reason for every right it asks for.

``python -m adapters.slack.install.manifest`` writes it to ``manifest.yaml``; it is pasted when the app is created, at
https://api.slack.com/apps. Fields: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from adapters.slack.events.command_calls import SLASH
from adapters.slack.events.surface_events import FIND_CALLBACK
from adapters.slack.install.scopes import EVENTS, SCOPES, UNFURLED
from adapters.slack.rendering.setup_form import CALLBACK as SETUP
from bot.commands.registry import COMMANDS
from bot.i18n import Translator

FILE: Final = Path(__file__).parents[3] / "manifest.yaml"
HINT: Final = 1000  # characters


def manifest() -> dict[str, Any]:
    """The manifest as Slack reads it."""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Paperboy",
            "description": "Hugging Face Daily Papers on your topics, once a day",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Paperboy", "always_online": True},
            "slash_commands": [
                {
                    "command": SLASH,
                    "description": "Follow topics, see today’s papers, search the archive",
                    "usage_hint": usage_hint(),
                    "should_escape": False,
                }
            ],
            "unfurl_domains": list(UNFURLED),
            "shortcuts": [
                {
                    "name": "Follow papers",
                    "type": "global",
                    "callback_id": SETUP,
                    "description": "Set up a digest, here or in a channel",
                },
                {
                    "name": "Find this paper",
                    "type": "message",
                    "callback_id": FIND_CALLBACK,
                    "description": "Its card, or papers like what the message says",
                },
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def usage_hint() -> str:
    """The commands that a menu lists, as Slack shows them while somebody types."""
    offered = (f"{command.name} {command.argument}".strip() for command in COMMANDS if command.menu)
    hint = ""
    for each in offered:
        longer = f"{hint} | {each}" if hint else each
        if len(longer) > HINT:
            break
        hint = longer
    return hint


def as_yaml() -> str:
    """``manifest.yaml``: the manifest with what each command, right and event is for."""
    reasons = {**SCOPES, **EVENTS, **UNFURLED}
    translator = Translator()
    commands = (f"#   {SLASH} {each.name}: {translator.plain_text(each.summary)}" for each in COMMANDS if each.menu)
    head = (
        "# The Slack app. Create it at https://api.slack.com/apps with From a manifest, and paste this.",
        "# For HTTP instead of Socket Mode: switch Socket Mode off afterwards, and enter PUBLIC_URL/slack/events as",
        "# the request URL of Event Subscriptions, of Interactivity and of the slash command.",
        "# For many workspaces: enter PUBLIC_URL/slack/oauth_redirect as a redirect URL under OAuth & Permissions, and",
        "# allow distribution under Manage Distribution. Whoever opens PUBLIC_URL/slack/install then adds the app.",
        "# Made by `python -m adapters.slack.install.manifest` from the table of commands:",
        *commands,
    )
    return "\n".join([*head, *_lines(manifest(), "", reasons)]) + "\n"


def _lines(value: Mapping[str, Any], indent: str, reasons: Mapping[str, str]) -> Iterator[str]:
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield f"{indent}{name}:"
            yield from _lines(inner, indent + "  ", reasons)
        elif isinstance(inner, list):
            yield f"{indent}{name}:"
            yield from _items(inner, indent + "  ", reasons)
        else:
            yield f"{indent}{name}: {_scalar(inner)}"


def _items(items: Sequence[Any], indent: str, reasons: Mapping[str, str]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping):
            first, *others = _lines(item, indent + "  ", reasons)
            yield f"{indent}- {first.strip()}"
            yield from others
        else:
            yield f"{indent}- {_scalar(item)}  # {reasons[item]}"


def _scalar(value: Any) -> str:
    """JSON's strings, numbers and truth values are YAML's too."""
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Writes it where it was started: the checkout's own there, and for those who installed a wheel, theirs."""
    Path(FILE.name).write_text(as_yaml(), encoding="utf-8")


if __name__ == "__main__":
    main()
