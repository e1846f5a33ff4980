"""One chat at a glance, as a person's page lists them: what is followed, when the next digest comes, the last one."""

from __future__ import annotations

from dataclasses import replace

from bot.chats import Chat, ChatStatus
from bot.commands.chat.status import last_digest_line
from bot.commands.core.command import Command, CommandContext, has_argument
from bot.commands.settings.schedule import pause, resume
from bot.commands.subscriptions.topic_list import next_digest_note, no_topics_view, topics_and_schedule
from bot.commands.ui.buttons import button, button_rows, primary_button
from bot.errors import InputError
from bot.i18n import LazyText, join_texts, t
from bot.topics.formatter import format_short
from bot.views import Footer, TextBlock, View

MAX_TOPICS_SHOWN = 12
CHAT_SWITCHES = {"pause": pause, "resume": resume}


async def overview(context: CommandContext) -> View:
    """The chat as it stands; ``overview pause`` and ``overview resume`` change that first, in the same place.

    Raises InputError for anything else.
    """
    if not context.argument or context.call.name != OVERVIEW_COMMAND:
        return await _overview_view(context, context.chat)
    turn = CHAT_SWITCHES.get(context.argument.casefold())
    if turn is None:
        raise InputError(
            t("Digests can be paused or resumed."), input=context.argument, suggestions=tuple(CHAT_SWITCHES)
        )
    await turn(replace(context, call=replace(context.call, argument="")))
    async with context.services.storage.read() as work:
        chat = await work.chats.get(context.chat.id) or context.chat
    return replace(await _overview_view(replace(context, chat=chat), chat), replaces_message=True)


async def _overview_view(context: CommandContext, chat: Chat) -> View:
    async with context.services.storage.read() as work:
        topics = [format_short(each.topic) for each in await work.subscriptions.of_chat(chat.id)]
        editions = await work.outbox.editions(chat.id, 1)
    if not topics:
        return no_topics_view()
    more = ["…"] if len(topics) > MAX_TOPICS_SHOWN else []
    paused = chat.status is ChatStatus.PAUSED
    turn = (
        primary_button(t("Resume"), f"{OVERVIEW_COMMAND} resume")
        if paused
        else button(t("Pause"), f"{OVERVIEW_COMMAND} pause")
    )
    return View(
        (
            TextBlock(
                t(
                    "{where} · {following}",
                    where=_chat_heading(context, chat),
                    following=topics_and_schedule(len(topics), chat),
                )
            ),
            TextBlock(t("{topics}", topics=join_texts([*topics[:MAX_TOPICS_SHOWN], *more]))),
            Footer(_next_digest_line(context, chat)),
            *(Footer(last_digest_line(context, each)) for each in editions),
            button_rows([button(t("Edit"), "setup"), turn, button(t("Topics"), "topics")]),
        )
    )


def _chat_heading(context: CommandContext, chat: Chat) -> LazyText:
    if chat.kind.personal:
        return t("<b>Just for you</b>")
    return t("<b>{name}</b>", name=_marked_title(context, chat)) if chat.title else t("<b>This channel</b>")


def _marked_title(context: CommandContext, chat: Chat) -> str:
    return context.capabilities.phrases.shared_mark + chat.title


def _next_digest_line(context: CommandContext, chat: Chat) -> LazyText:
    """Of a paused channel also where to type what starts it again: nothing can be typed on this page."""
    if chat.status is not ChatStatus.PAUSED or chat.kind.personal or not chat.title:
        return next_digest_note(chat, context)
    return t(
        "Digests are paused: <code>{resume}</code> in {where} starts them again.",
        resume=context.usage("resume"),
        where=_marked_title(context, chat),
    )


OVERVIEW_COMMAND = "overview"
COMMANDS = (
    Command(
        OVERVIEW_COMMAND,
        t("this chat at a glance"),
        overview,
        argument="[pause|resume]",
        changes=has_argument,
        hidden=True,
        private=True,
    ),
)
