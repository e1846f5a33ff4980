"""What is wished of the list shown last in a chat, or else of its last digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.calls import split_command
from bot.commands.core.command import Command, CommandContext, find_command
from bot.commands.core.last_lists import ShownList
from bot.commands.ui.buttons import button, button_rows, split_into_rows
from bot.deliveries import DigestContent
from bot.i18n import t
from bot.views import TextBlock, View

DIGEST_WITHIN = timedelta(days=4)  # over a weekend
NUMBERS_PER_ROW = 5
# What is done where no list is known.
_WITHOUT_LIST = {"more": "week", "similar": "similar", "why": "why", "save": "saved", "unsave": "saved"}


async def listed(context: CommandContext) -> View:
    """``listed save 2``: the command for the paper that stood under this number; ``2.`` is a place on the page."""
    action, number = split_command(context.argument)
    shown = context.services.last_lists.find(context.call.chat, context.now) or ShownList()
    if action == "follow":
        return await _follow(context, shown)
    if not shown.papers and not shown.current:
        shown = await _last_digest(context)
    if action == "more":
        return await _run(context, shown.more) if shown.more else await _no_more(context, shown)
    paper = shown.find(number)
    if paper is not None:
        return await _run(context, f"{action} {paper}")
    return _ask_which(action, shown, number) if shown.papers else await _without_list(context, action)


async def _run(context: CommandContext, command_text: str) -> View:
    name, argument = split_command(command_text)
    command = find_command(context.commands, name)
    if command is None:
        return _nothing_shown()
    return await command.run(replace(context, call=replace(context.call, name=name, argument=argument)))


async def _last_digest(context: CommandContext) -> ShownList:
    async with context.services.storage.read() as work:
        sent = await work.outbox.sent_digests(context.chat.id, context.now - DIGEST_WITHIN)
    contents = [each.content for each in sent if isinstance(each.content, DigestContent)]
    selected = contents[0].selected if contents else ()
    return ShownList(tuple((number, each.paper_id) for number, each in enumerate(selected, 1)))


async def _follow(context: CommandContext, shown: ShownList) -> View:
    return await _run(context, shown.follow or "subscribe")


async def _no_more(context: CommandContext, shown: ShownList) -> View:
    if not shown.papers:
        return await _run(context, "week")
    line = t("That was all of it. There is more to read here:")
    taps = [button(t("The last 7 days"), "week"), button(t("Trending"), "trending")]
    return View((TextBlock(line), button_rows(taps)))


def _ask_which(action: str, shown: ShownList, number: str) -> View:
    which = t("Which one? Tap its number.")
    asked = t("There is no {n} in the last list. {which}", n=number, which=which) if number.isdecimal() else which
    taps = [button(t("{n}", n=number), f"{action} {paper}") for number, paper in shown.papers]
    return View((TextBlock(asked), button_rows(*split_into_rows(taps, NUMBERS_PER_ROW))))


async def _without_list(context: CommandContext, action: str) -> View:
    return await _run(context, _WITHOUT_LIST[action]) if action in _WITHOUT_LIST else _nothing_shown()


def _nothing_shown() -> View:
    line = t("I have shown no list here lately. Take one of these, then say a number.")
    return View((TextBlock(line), button_rows([button(t("Today’s list"), "today"), button(t("My topics"), "topics")])))


def _changes(argument: str) -> bool:
    return argument.startswith("follow")


COMMANDS = (
    Command(
        "listed",
        t("something about a paper of the last list"),
        listed,
        argument="WHAT [NUMBER]",
        changes=_changes,
        hidden=True,
    ),
)
