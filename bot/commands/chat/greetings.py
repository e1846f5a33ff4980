"""What is said where Paperboy has just arrived: a group, a channel, or the person who installed it for a workspace."""

from __future__ import annotations

from bot.chats import ChatAddress
from bot.commands.core.command import Command, CommandContext
from bot.commands.subscriptions.topic_list import schedule_button, topics_and_schedule
from bot.commands.ui.buttons import button, button_rows, primary_button
from bot.i18n import LazyText, t
from bot.ports import UnitOfWork
from bot.views import TextBlock, View

WELCOMED_KEY = "welcomed"


def group_greeting(context: CommandContext, topics: int) -> View:
    """In a chat of several people."""
    if topics:
        line = t("Hello! {topics}.", topics=topics_and_schedule(topics, context.chat))
        return View((TextBlock(line), button_rows([button(t("Topics"), "topics"), schedule_button(context.chat)])))
    if context.capabilities.setup_form:
        return _join_greeting(context)
    line = t(
        "Hello! I bring this group new AI papers on the topics its admins choose, once a day. Nothing is chosen yet."
    )
    choose, explain = primary_button(t("Choose (admins)"), "pick"), button(t("What is this?"), "help")
    return View((TextBlock(line), button_rows([choose, explain])))


def _join_greeting(context: CommandContext) -> View:
    mark = context.capabilities.phrases.shared_mark
    where = t("{name}", name=mark + context.chat.title) if context.chat.title else t("this channel")
    line = t("Thanks for inviting me to {where}. I stay silent until topics are chosen here.", where=where)
    choose, explain = primary_button(t("Choose topics"), "setup"), button(t("What is this?"), "help")
    return View((TextBlock(line), button_rows([choose, explain])), private=True)


async def welcome(context: CommandContext) -> View:
    """To whoever installed the app for a workspace: how to begin, or a line where the same person did it before and
    something goes on.

    The argument tells one installation from others, so that the same one is answered the same way once more.
    """
    address, welcomed = context.chat.address, f"{context.call.person.user} {context.argument}"
    async with context.services.storage.write() as work:
        before = await work.workspace_settings.get_setting(address.platform, address.workspace, WELCOMED_KEY)
        again = before != welcomed and _welcomed_user(before) == context.call.person.user
        if again and await _follows_anything(work, address):
            return View((TextBlock(t("Welcome back. What stopped when I was taken away goes on.")),))
        await work.workspace_settings.set_setting(address.platform, address.workspace, WELCOMED_KEY, welcomed)
        await work.commit()
    buttons = button_rows(
        [primary_button(t("Set up a channel"), "setup")],
        [button(t("Follow topics just for me"), "start")],
    )
    typed = t("Or try me here: type <code>{example}</code>.", example="diffusion")
    return View((TextBlock(_promise(context.call.person_name)), TextBlock(typed), buttons))


async def _follows_anything(work: UnitOfWork, address: ChatAddress) -> bool:
    """Whether any chat of the workspace follows a topic."""
    for chat in await work.chats.chats_of_workspace(address.platform, address.workspace):
        if await work.subscriptions.of_chat(chat.id):
            return True
    return False


async def forget_welcome(work: UnitOfWork, context: CommandContext) -> None:
    """That this person was welcomed is forgotten with the rest."""
    address = context.chat.address
    if (
        _welcomed_user(await work.workspace_settings.get_setting(address.platform, address.workspace, WELCOMED_KEY))
        == context.call.person.user
    ):
        await work.workspace_settings.set_setting(address.platform, address.workspace, WELCOMED_KEY, "")


def _welcomed_user(welcomed: str) -> str:
    return welcomed.partition(" ")[0]


def _promise(name: str) -> LazyText:
    hi = t("Hi {name}.", name=name) if name else t("Hi.")
    return t(
        "{hi} Paperboy posts the AI papers your team follows, once a day, and is silent otherwise. Nothing is posted "
        "anywhere until you choose.",
        hi=hi,
    )


COMMANDS = (
    Command(
        "welcome",
        t("a word to whoever installed Paperboy"),
        welcome,
        hidden=True,
        needs=lambda platform: platform.workspaces,
    ),
)
