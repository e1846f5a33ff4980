"""One chat at a glance, as a person's page lists them: what is followed, when the next digest comes, the last one."""

from __future__ import annotations

from dataclasses import replace

from bot.chats import Chat, ChatStatus
from bot.commands.chat.status import last_digest
from bot.commands.core.command import Asked, Command, with_argument
from bot.commands.settings.schedule import pause, resume
from bot.commands.subscriptions.topic_list import follows_nothing, topics_and_rhythm, when_next
from bot.commands.ui.buttons import button, primary, rows
from bot.errors import UserMistake
from bot.i18n import Sentence, listing, say
from bot.topics.formatter import named
from bot.views import Line, SmallPrint, View

SHOWN = 12
TURNS = {"pause": pause, "resume": resume}


async def overview(asked: Asked) -> View:
    """The chat as it stands; ``overview pause`` and ``overview resume`` change that first, in the same place."""
    if not asked.argument or asked.call.name != OVERVIEW:
        return await _shown(asked, asked.chat)
    turn = TURNS.get(asked.argument.casefold())
    if turn is None:
        raise UserMistake(say("Digests can be paused or resumed."), text=asked.argument, suggestions=tuple(TURNS))
    await turn(replace(asked, call=replace(asked.call, argument="")))
    async with asked.services.storage.read() as work:
        chat = await work.chats.get(asked.chat.id) or asked.chat
    return replace(await _shown(replace(asked, chat=chat), chat), in_place=True)


async def _shown(asked: Asked, chat: Chat) -> View:
    async with asked.services.storage.read() as work:
        topics = [named(each.topic) for each in await work.topics.of_chat(chat.id)]
        editions = await work.outbox.editions(chat.id, 1)
    if not topics:
        return follows_nothing()
    more = ["…"] if len(topics) > SHOWN else []
    paused = chat.status is ChatStatus.PAUSED
    turn = primary(say("Resume"), f"{OVERVIEW} resume") if paused else button(say("Pause"), f"{OVERVIEW} pause")
    return View(
        (
            Line(say("{where} · {following}", where=_where(chat), following=topics_and_rhythm(len(topics), chat))),
            Line(say("{topics}", topics=listing([*topics[:SHOWN], *more]))),
            SmallPrint(when_next(chat, asked)),
            *(SmallPrint(last_digest(asked, each)) for each in editions),
            rows([button(say("Edit"), "setup"), turn, button(say("Topics"), "topics")]),
        )
    )


def _where(chat: Chat) -> Sentence:
    if chat.kind.personal:
        return say("<b>Just for you</b>")
    return say("<b>#{name}</b>", name=chat.title) if chat.title else say("<b>This channel</b>")


OVERVIEW = "overview"
COMMANDS = (
    Command(
        OVERVIEW,
        say("this chat at a glance"),
        overview,
        argument="[pause|resume]",
        changes=with_argument,
        hidden=True,
        private=True,
    ),
)
