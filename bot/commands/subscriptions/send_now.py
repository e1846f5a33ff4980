"""*Send me today's now*: a digest on demand."""

from __future__ import annotations

from bot.chats import ChatStatus, Subscription
from bot.commands.core.command import Command, CommandContext
from bot.commands.subscriptions.topic_list import no_topics_view
from bot.commands.ui.buttons import button, button_rows, primary_button
from bot.deliveries import EmptyReason
from bot.i18n import JoinedText, LazyText, join_texts, t, tn
from bot.planning.on_demand import OnDemandResult, plan_on_demand
from bot.rendering.match_reasons import topic_label
from bot.topics.formatter import format_topic
from bot.views import TextBlock, View

TOPICS_NAMED = 3


async def digest(context: CommandContext) -> View:
    """Plans a digest of the newest list for this chat and has it sent; what came before is left out."""
    services = context.services
    async with services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    if not subscriptions:
        return no_topics_view()
    if context.chat.status is ChatStatus.PAUSED:
        return View((TextBlock(t("Digests are paused here.")), button_rows([primary_button(t("Resume"), "resume")])))
    planned = await plan_on_demand(services.storage, services.index, context.chat, context.now, context.capabilities)
    if not planned.paper_count:
        return _nothing_view(context, planned, subscriptions)
    services.wake_dispatcher()
    said = tn("On its way: {n} paper.", "On its way: {n} papers.", planned.paper_count)
    return View(() if context.call.pressed_message else (TextBlock(said),), toast=said)


def _nothing_view(context: CommandContext, planned: OnDemandResult, subscriptions: list[Subscription]) -> View:
    top = [button(t("The top 5 of {n}", n=planned.listed_count), "top 5")] if planned.listed_count else []
    return View((TextBlock(_why_nothing(context, planned, _topic_names(subscriptions))), button_rows(top)))


def _why_nothing(context: CommandContext, planned: OnDemandResult, topics: JoinedText) -> LazyText:
    if planned.day is None:
        return t("I am still fetching the first papers. Ask again in a minute.")
    if planned.empty_reason is EmptyReason.NOTHING_NEW:
        return t("All papers of {day} on your topics have come to you already.", day=planned.day)
    papers = tn("{n} paper", "{n} papers", planned.listed_count)
    if planned.day == context.today:
        return t(
            "Nothing for you today so far: {papers}, none on {topics}. The list grows until evening (UTC).",
            papers=papers,
            topics=topics,
        )
    return t(
        "Nothing for you on the newest list, {day}: {papers}, none on {topics}.",
        day=planned.day,
        papers=papers,
        topics=topics,
    )


def _topic_names(subscriptions: list[Subscription]) -> JoinedText:
    names = [topic_label(format_topic(each.topic)) for each in subscriptions]
    return join_texts([*names[:TOPICS_NAMED], *(["…"] if len(names) > TOPICS_NAMED else [])])


COMMANDS = (
    Command(
        "digest",
        t("today’s papers for this chat, now"),
        digest,
        changes=True,
        hidden=True,
        private=True,
    ),
)
