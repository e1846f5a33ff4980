"""docs/platforms.md has a line for every command and every block of a view, and says of each platform how it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from bot.commands.registry import COMMANDS
from bot.views import Block

PAGE = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]
NAMES = [row[0].strip("`").split()[0] for row in ROWS]
STANDS = re.compile(r"done|exempt: .{15,}")


def test_every_command_and_every_block_has_exactly_one_line() -> None:
    commands = [command.name for command in COMMANDS if not command.hidden]
    assert sorted(NAMES) == sorted(commands + [block.__name__ for block in get_args(Block)])


def test_every_platform_does_it_or_says_why_not() -> None:
    assert all(len(row) == 5 for row in ROWS)
    assert [cell for row in ROWS for cell in row[1:] if not STANDS.match(cell)] == []


def test_the_commands_stand_in_the_order_of_the_table() -> None:
    table = [command.name for command in COMMANDS if not command.hidden]
    assert [name for name in NAMES if name in table] == table


def test_every_surface_stands_there_done_or_with_its_reason() -> None:
    table = PAGE.partition("## Surfaces")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    heads, surfaces = rows[0], rows[2:]
    assert len(surfaces) >= 18
    assert all(len(row) == len(heads) for row in surfaces)
    assert [cell for row in surfaces for cell in row[1:] if not STANDS.match(cell)] == []
