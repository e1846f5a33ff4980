"""The same digests at an address of one's own as well, which confirms it there."""

from __future__ import annotations

from bot.commands.core.command import Command, CommandContext, has_argument
from bot.commands.subscriptions.topic_list import no_topics_view
from bot.errors import InputError
from bot.i18n import t
from bot.ports import SignupWish
from bot.topics.formatter import format_topic
from bot.views import Footer, Prompt, TextBlock, View

COMMAND = "email"


async def send_to_address(context: CommandContext) -> View:
    """This chat's topics and hour, copied: stopping one never touches the other. Raises InputError where nothing can be
    sent, and for what is no address."""
    signup = context.services.address_signup()
    if signup is None:
        raise InputError(t("This Paperboy sends no mail: its operator has set no mail server."))
    async with context.services.storage.read() as work:
        followed = await work.subscriptions.of_chat(context.chat.id)
    if not followed:
        return no_topics_view()
    if not context.argument:
        question = t("To which address shall this chat’s papers go as well?")
        return View((Prompt(question, COMMAND, t("anna@example.org")),), private=True)
    settings = context.chat.settings
    topics = tuple(format_topic(each.topic) for each in followed)
    wish = SignupWish(topics, settings.hour, settings.zone, settings.days)
    said = await signup.request_signup(context.argument, wish, context.chat.address, context.call.person.user)
    copied = Footer(t("It gets this chat’s topics and hour as they are now, and goes its own way from then on."))
    return View((TextBlock(said), copied), private=True)


COMMANDS = (
    Command(
        COMMAND,
        t("these papers by mail as well"),
        send_to_address,
        argument="ADDRESS",
        examples=("email anna@example.org",),
        changes=has_argument,
        private=True,
    ),
)
