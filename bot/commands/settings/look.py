"""How digests are drawn: a sample of the new look, choosing it, and the way back, which works where nothing is seen.

No app tells which messages it shows: so the sample is followed by an ordinary question, and nothing changes before
*Yes*.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from bot.chats import Chat, ChatKind, Look
from bot.commands.core.chat_updates import update_chat_in
from bot.commands.core.command import Command, CommandContext
from bot.commands.papers.past_digests import digest_again
from bot.commands.settings.pages import BACK_KEY
from bot.commands.settings.values import apply_setting
from bot.commands.ui.buttons import button, button_rows, primary_button
from bot.errors import InputError
from bot.i18n import LazyText, t
from bot.papers import Author, Paper
from bot.rendering.rich_digest import plain_again_button
from bot.views import Footer, PaperList, PaperListItem, PaperSummary, TextBlock, View

SAMPLE, LATER, TAP = "sample", "later", "tap"
_TRIED: Final = button(t("Try this button"), f"look {TAP}")


async def look(context: CommandContext) -> View:
    """The page without an argument; ``sample``, ``rich``, ``plain`` and what the sample's buttons say."""
    wish, _, number = context.argument.casefold().partition(" ")
    match wish:
        case "":
            return _look_page(context)
        case "sample" if context.personal:
            return sample_view(context.today)
        case "later":
            return View((), toast=t("Fine. It is under /settings whenever you like."))
        case "tap":
            return View((), toast=t("It works."))
        case Look.RICH | Look.PLAIN:
            return await _choose(context, Look(wish), number.strip())
    raise InputError(
        t("A look is plain or rich."), input=context.argument, suggestions=("look plain", "look rich", "look")
    )


def changes_look(argument: str) -> bool:
    """Whether it chooses rather than shows."""
    return argument.casefold().split(" ")[0] in tuple(Look)


async def _choose(context: CommandContext, wish: Look, number: str) -> View:
    if context.chat.kind is ChatKind.CHANNEL:
        return View((TextBlock(t("Channels keep plain digests: nobody there could say that they see nothing.")),))
    chat = await _with_look(context, wish)
    if wish is Look.RICH:
        said = t("From now on digests here come in the new look. Back is one tap, also under /settings.")
        return View((TextBlock(said), button_rows([plain_again_button(0)])), replaces_message=True)
    again = await digest_again(replace(context, chat=chat), number) if number else None
    toast = t("Plain from now on.")
    if again is not None:
        return replace(again, toast=toast)
    return View((TextBlock(t("Digests here are plain text. /settings has the new look.")),), replaces_message=True)


async def _with_look(context: CommandContext, wish: Look) -> Chat:
    async with context.services.storage.write() as work:

        def change(chat: Chat) -> Chat:
            return replace(chat, settings=apply_setting(f"look {wish}", chat.settings, chat.settings, context.now))

        chat = await update_chat_in(work, context.chat, change)
        await work.commit()
    return chat


def look_label(chosen: Look) -> LazyText:
    """The look in a word."""
    return t("rich") if chosen is Look.RICH else t("plain")


def _look_page(context: CommandContext) -> View:
    now = context.chat.settings.look
    line = t("How are digests drawn? Now: <b>{look}</b>.", look=look_label(now))
    hint = t(
        "The new look is one message: each abstract unfolds, each paper has its own buttons. Some apps, such as those "
        "for macOS and the web, may show nothing of it."
    )
    if now is Look.RICH:
        choice = plain_again_button(0)
    elif context.personal:
        choice = primary_button(t("Show me a sample"), f"look {SAMPLE}")
    else:
        choice = button(t("Use the new look"), f"look {Look.RICH}")
    back = button(t("‹ Settings"), f"settings {BACK_KEY}")
    pressed = context.call.pressed_message is not None
    return View((TextBlock(line), Footer(hint), button_rows([choice], [back])), replaces_message=pressed)


def sample_view(today: date) -> View:
    """Every kind of block that a digest uses, and the question below it."""
    first = Paper(
        id="2608.00000",
        title="A Sample Paper on Reading Without Scrolling",
        abstract="Abstracts stay folded until somebody taps them. We show that this makes a whole day fit on a screen.",
        listed_on=today,
        authors=(Author("Ada Example"),),
        upvotes=12,
        sample=True,
    )
    other = replace(first, title="Another One, as Its Title Alone", upvotes=3)
    shown = PaperSummary(1, first, "This is its summary; below it the abstract unfolds.", actions=(_TRIED,))
    titles = PaperList((PaperListItem(other, 2, action=_TRIED),), t("<b>{n} more on {topic}</b>", n=1, topic="samples"))
    blocks = (TextBlock(t("<b>A sample of the new look</b>")), shown, titles, Footer(t("Invented papers.")))
    return View(blocks, rich=True, below=_question())


def _question() -> View:
    yes, blank = primary_button(t("Yes, use it"), f"look {Look.RICH}"), button(t("It is blank"), f"look {Look.PLAIN}")
    return View(
        (
            TextBlock(t("Can you read the card above, on every device you use?")),
            button_rows([yes, blank], [button(t("Later"), f"look {LATER}")]),
        )
    )


COMMANDS = (
    Command(
        "look",
        t("how digests are drawn"),
        look,
        argument="plain|rich",
        changes=changes_look,
        hidden=True,
        private=True,
        needs=lambda capabilities: capabilities.rich_messages,
    ),
)
