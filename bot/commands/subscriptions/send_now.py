"""*Send me today's now*: a digest on demand."""

from __future__ import annotations

from bot.chats import ChatStatus, Subscription
from bot.commands.core.command import Asked, Command
from bot.commands.subscriptions.topic_list import follows_nothing
from bot.commands.ui.buttons import button, primary, rows
from bot.deliveries import EmptyReason
from bot.i18n import Listing, Sentence, listing, say, say_n
from bot.planning.on_demand import PlannedNow, plan_now
from bot.rendering.match_reasons import topic_name
from bot.topics.formatter import printed
from bot.views import Line, View

NAMED = 3


async def digest(asked: Asked) -> View:
    """Plans a digest of the newest list for this chat and has it sent; what came before is left out."""
    services = asked.services
    async with services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
    if not subscriptions:
        return follows_nothing()
    if asked.chat.status is ChatStatus.PAUSED:
        return View((Line(say("Digests are paused here.")), rows([primary(say("Resume"), "resume")])))
    traits = services.traits.get(asked.chat.address.platform)
    planned = await plan_now(services.storage, services.index, asked.chat, asked.now, traits)
    if not planned.papers:
        return _nothing(asked, planned, subscriptions)
    services.wake()
    said = say_n("On its way: {n} paper.", "On its way: {n} papers.", planned.papers)
    return View(() if asked.call.pressed else (Line(said),), toast=said)


def _nothing(asked: Asked, planned: PlannedNow, subscriptions: list[Subscription]) -> View:
    top = [button(say("The top 5 of {n}", n=planned.listed), "top 5")] if planned.listed else []
    return View((Line(_why_nothing(asked, planned, _names(subscriptions))), rows(top)))


def _why_nothing(asked: Asked, planned: PlannedNow, topics: Listing) -> Sentence:
    if planned.day is None:
        return say("I am still fetching the first papers. Ask again in a minute.")
    if planned.empty is EmptyReason.NOTHING_NEW:
        return say("All papers of {day} on your topics have come to you already.", day=planned.day)
    papers = say_n("{n} paper", "{n} papers", planned.listed)
    if planned.day == asked.today:
        return say(
            "Nothing for you today so far: {papers}, none on {topics}. The list grows until evening (UTC).",
            papers=papers,
            topics=topics,
        )
    return say(
        "Nothing for you on the newest list, {day}: {papers}, none on {topics}.",
        day=planned.day,
        papers=papers,
        topics=topics,
    )


def _names(subscriptions: list[Subscription]) -> Listing:
    names = [topic_name(printed(each.topic)) for each in subscriptions]
    return listing([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])


COMMANDS = (
    Command(
        "digest",
        say("today’s papers for this chat, now"),
        digest,
        changes=True,
        hidden=True,
        private=True,
    ),
)
