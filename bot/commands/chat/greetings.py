"""What is said where Paperboy has just arrived: a group, a channel, or the person who installed it for a workspace."""

from __future__ import annotations

from bot.chats import Platform
from bot.commands.core.command import Asked, Command
from bot.commands.subscriptions.topic_list import time_button, topics_and_rhythm
from bot.commands.ui.buttons import button, primary, rows
from bot.i18n import Sentence, say
from bot.ports import UnitOfWork
from bot.views import Line, View

WELCOMED = "welcomed"


def hello(asked: Asked, topics: int) -> View:
    """In a chat of several people."""
    if topics:
        line = say("Hello! {topics}.", topics=topics_and_rhythm(topics, asked.chat))
        return View((Line(line), rows([button(say("Topics"), "topics"), time_button(asked.chat)])))
    if asked.chat.address.platform is Platform.SLACK:
        return _invited(asked)
    line = say(
        "Hello! I bring this group new AI papers on the topics its admins choose, once a day. Nothing is chosen yet."
    )
    choose, explain = primary(say("Choose (admins)"), "pick"), button(say("What is this?"), "help")
    return View((Line(line), rows([choose, explain])))


def _invited(asked: Asked) -> View:
    where = say("#{name}", name=asked.chat.title) if asked.chat.title else say("this channel")
    line = say("Thanks for inviting me to {where}. I stay silent until topics are chosen here.", where=where)
    choose, explain = primary(say("Choose topics"), "setup"), button(say("What is this?"), "help")
    return View((Line(line), rows([choose, explain])), private=True)


async def welcome(asked: Asked) -> View:
    """To whoever installed the app for a workspace: how to begin, or a line where the same person did it before.

    The argument tells one installation from others, so that the same one is answered the same way once more.
    """
    address, welcomed = asked.chat.address, f"{asked.call.person.user} {asked.argument}"
    async with asked.services.storage.write() as work:
        before = await work.workspaces.setting(address.platform, address.workspace, WELCOMED)
        if before != welcomed and _user(before) == asked.call.person.user:
            return View((Line(say("Welcome back. What stopped when I was taken away goes on.")),))
        await work.workspaces.set(address.platform, address.workspace, WELCOMED, welcomed)
        await work.commit()
    buttons = rows(
        [primary(say("Set up a channel"), "setup")],
        [button(say("Follow topics just for me"), "start")],
    )
    typed = say("Or try me here: type <code>{example}</code>.", example="diffusion")
    return View((Line(_promise(asked.call.person_name)), Line(typed), buttons))


async def forget_welcome(work: UnitOfWork, asked: Asked) -> None:
    """That this person was welcomed is forgotten with the rest."""
    address = asked.chat.address
    if _user(await work.workspaces.setting(address.platform, address.workspace, WELCOMED)) == asked.call.person.user:
        await work.workspaces.set(address.platform, address.workspace, WELCOMED, "")


def _user(welcomed: str) -> str:
    return welcomed.partition(" ")[0]


def _promise(name: str) -> Sentence:
    hi = say("Hi {name}.", name=name) if name else say("Hi.")
    return say(
        "{hi} Paperboy posts the AI papers your team follows, once a day, and is silent otherwise. Nothing is posted "
        "anywhere until you choose.",
        hi=hi,
    )


COMMANDS = (Command("welcome", say("a word to whoever installed Paperboy"), welcome, hidden=True, only=Platform.SLACK),)
