"""manifest.yaml is what the table of commands makes of it, and holds all that Paperboy needs and nothing else."""

from __future__ import annotations

import re

from adapters.slack.install.manifest import FILE, as_yaml, manifest, usage_hint
from adapters.slack.install.scopes import EVENTS, SCOPES, UNFURLED
from bot.commands.registry import COMMANDS

TEXT = FILE.read_text(encoding="utf-8")


def test_the_file_is_up_to_date() -> None:
    assert as_yaml() == TEXT, "make it anew: python -m adapters.slack.install.manifest"


def test_every_command_of_the_menu_is_in_the_hint() -> None:
    offered = [part.split()[0] for part in usage_hint().split(" | ")]
    assert offered == [command.name for command in COMMANDS if command.menu]


def test_every_right_and_event_stands_there_with_its_reason() -> None:
    listed = re.findall(r"^ +- \"([a-z_.:]+)\"  # \w.{10,}$", TEXT, re.MULTILINE)
    assert listed == [*UNFURLED, *SCOPES, *EVENTS]


def test_it_is_within_slacks_limits() -> None:
    """https://docs.slack.dev/reference/app-manifest"""
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    (command,) = made["features"]["slash_commands"]
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
