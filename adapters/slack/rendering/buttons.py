"""Buttons and menus: each carries the command that it stands for as its value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count, groupby
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    Option,
    OverflowMenuElement,
    PlainTextObject,
)

from bot.commands.registry import get_command
from bot.i18n import LazyText, Translator, t
from bot.papers import Paper
from bot.ports import PlatformState
from bot.views import Button, Buttons, View

IN_A_BLOCK: Final = 25
LABEL: Final = 75
VALUE: Final = 2000
STORED_VALUE_PREFIX: Final = "="
PAPER_MENU: Final[tuple[tuple[LazyText, str], ...]] = (
    (t("Abstract"), "paper"),
    (t("Save for me"), "save"),
    (t("Discuss in channel"), "discuss"),
    (t("Why is it here?"), "why"),
    (t("Fewer like this"), "less"),
)


def action_blocks(
    rows: Sequence[Sequence[Button]], translator: Translator, left_out: Collection[str]
) -> Iterator[ActionsBlock]:
    """The rows joined, since Slack breaks lines by itself; but a row with a label that others have, too, stands alone:
    one *Edit* behind another would say nothing. Commands in ``left_out`` are offered elsewhere."""
    shown = [[button for button in row if button.url or button.command not in left_out] for row in rows]
    numbers = count()
    for part in _blocks(shown, translator):
        yield ActionsBlock(elements=[_button(each, translator, f"b{next(numbers)}") for each in part])


def _blocks(rows: Iterable[Sequence[Button]], translator: Translator) -> Iterator[Sequence[Button]]:
    """What stands in a line, at most as much as a block holds."""
    rows = [row for row in rows if row]
    labels = Counter(label for row in rows for label in {translator.plain_text(button.label) for button in row})
    for alone, run in groupby(rows, lambda row: any(labels[translator.plain_text(button.label)] > 1 for button in row)):
        rows_together = list(run)
        for line in rows_together if alone else [list(chain.from_iterable(rows_together))]:
            yield from (line[start : start + IN_A_BLOCK] for start in range(0, len(line), IN_A_BLOCK))


def _button(button: Button, translator: Translator, action_id: str) -> ButtonElement:
    label = translator.plain_text(button.label)
    return ButtonElement(
        text=PlainTextObject(text=label if len(label) <= LABEL else label[: LABEL - 1] + "…", emoji=False),
        action_id=action_id,
        value=button.command or None,
        url=button.url or None,
        style=None if button.style == "plain" else button.style,
    )


def paper_menu(paper: Paper, translator: Translator, *, alone: bool = False) -> OverflowMenuElement:
    """What can be done with one paper of a list; ``alone``: there is nobody to discuss it with."""
    offered = [(label, name) for label, name in PAPER_MENU if get_command(name) and not (alone and name == "discuss")]
    options = [
        Option(text=PlainTextObject(text=translator.plain_text(label), emoji=False), value=f"{name} {paper.id}")
        for label, name in offered
    ]
    return OverflowMenuElement(action_id="paper", options=options)


def menu_commands(papers: Sequence[Paper]) -> frozenset[str]:
    """The commands that the papers' menus hold already."""
    return frozenset(f"{name} {paper.id}" for paper in papers for _, name in PAPER_MENU)


async def with_value_tokens(view: View, state: PlatformState) -> View:
    """The view with commands that no button's value can hold exchanged for a token (see :func:`resolve_command`)."""
    too_long = [button for button in _buttons(view) if len(button.command) > VALUE]
    tokens = {button.command: await state.store_callback(button.command) for button in too_long}
    if not tokens:
        return view
    blocks = (_shortened(block, tokens) if isinstance(block, Buttons) else block for block in view.blocks)
    return replace(view, blocks=tuple(blocks))


async def resolve_command(value: str, state: PlatformState) -> str | None:
    """The command of a pressed button; None for one that is not known any more."""
    return (
        await state.resolve_callback(value.removeprefix(STORED_VALUE_PREFIX))
        if value.startswith(STORED_VALUE_PREFIX)
        else value
    )


def _buttons(view: View) -> Iterator[Button]:
    for block in view.blocks:
        if isinstance(block, Buttons):
            for row in block.rows:
                yield from row


def _shortened(block: Buttons, tokens: Mapping[str, str]) -> Buttons:
    """Without the buttons for which the callback store had no room."""
    rows = (tuple(_with_token(each, tokens) for each in row if tokens.get(each.command) != "") for row in block.rows)
    return Buttons(tuple(rows))


def _with_token(button: Button, tokens: Mapping[str, str]) -> Button:
    token = tokens.get(button.command)
    return replace(button, command=STORED_VALUE_PREFIX + token) if token else button
