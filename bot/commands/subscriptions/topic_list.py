"""What a chat follows: the list, and stopping."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chats import Chat, ChatStatus, Subscription
from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.topic_input import resolve_subscription
from bot.commands.subscriptions.mute import muted_note
from bot.commands.subscriptions.transactions import unfollow
from bot.commands.ui.buttons import (
    LABEL_WIDTHS,
    button,
    button_rows,
    page_buttons,
    page_slice,
    short_topic,
    split_into_rows,
    topic_button,
)
from bot.commands.ui.dates import format_schedule, next_digest_sentence
from bot.due import digest_hour
from bot.i18n import LazyText, join_texts, t, tn
from bot.matching.prefilter.topic_variants import positive_subjects
from bot.topics import MatchLevel, Topic
from bot.topics.describe import topic_in_words
from bot.topics.formatter import format_short, format_topic
from bot.topics.parser import parse
from bot.views import Block, Button, Buttons, Footer, Prompt, TextBlock, View

TOPIC_SEPARATOR = " ;; "
SUGGESTED_TOPICS = ("LLM agents", "diffusion", "robotics", 'author:"Yann LeCun"', "org:nvidia", "reasoning -math")


def suggested_topic_buttons() -> Buttons:
    """A few topics to tap, one of each kind."""
    buttons = [
        button(t("{topic}", topic=short_topic(parse(topic), LABEL_WIDTHS[2])), f"subscribe {topic}")
        for topic in SUGGESTED_TOPICS
    ]
    return button_rows(*split_into_rows(buttons, 2))


async def unsubscribe(context: CommandContext) -> View:
    """Stops one topic, named or numbered, or all; with Undo."""
    subscriptions = await _subscriptions(context)
    if not context.argument:
        return _choose_topic_to_stop(subscriptions)
    wanted = context.argument.removeprefix("from ")
    if wanted.casefold() == "all":
        return await _stop_topics(context, subscriptions)
    return await _stop_topics(context, [resolve_subscription(subscriptions, wanted, "unsubscribe")])


async def _subscriptions(context: CommandContext) -> list[Subscription]:
    async with context.services.storage.read() as work:
        return await work.subscriptions.of_chat(context.chat.id)


def _choose_topic_to_stop(subscriptions: Sequence[Subscription]) -> View:
    if not subscriptions:
        return no_topics_view()
    question = Prompt(t("Which topic shall I stop?"), "unsubscribe", t("a topic, its number, or all"))
    return View((question, button_rows(*([_stop_button(each)] for each in subscriptions[:10]))))


def _stop_button(subscription: Subscription) -> Button:
    topic = format_short(subscription.topic)
    label = t("✕ {topic}", topic=short_topic(subscription.topic, LABEL_WIDTHS[1] - 2))
    return topic_button(topic, f"unsubscribe {topic}", label)


def _topic_buttons(subscription: Subscription) -> tuple[Button, ...]:
    """Stop it, or change what counts for it; a name of a person or a lab has nothing to change."""
    if not positive_subjects(subscription.topic):
        return (_stop_button(subscription),)
    topic = format_short(subscription.topic)
    shown = short_topic(subscription.topic, LABEL_WIDTHS[2] - 2)
    stop = button(t("✕ {topic}", topic=shown), f"unsubscribe {topic}")
    return stop, button(t("Edit"), f"edit {topic}")


def no_topics_view() -> View:
    """The answer wherever a topic is needed and none is followed."""
    line = TextBlock(t("Nothing is followed here yet. Tell me a topic, or tap one to see what it brings."))
    return View((line, suggested_topic_buttons()))


async def _stop_topics(context: CommandContext, stopped: Sequence[Subscription]) -> View:
    if not stopped:
        return no_topics_view()
    return _stopped_view(stopped, await unfollow(context, stopped))


def _stopped_view(stopped: Sequence[Subscription], left: int) -> View:
    topics = [format_topic(each.topic) for each in stopped]
    if len(topics) == 1:
        done = t("Stopped <b>{topic}</b>.", topic=format_short(stopped[0].topic))
    else:
        done = t("Stopped all {n} topics.", n=len(topics))
    rest = tn("{n} topic is left.", "{n} topics are left.", left) if left else t("No more digests will come.")
    undo = button(t("Undo"), f"subscribe {topics[0]}" if len(topics) == 1 else f"again {TOPIC_SEPARATOR.join(topics)}")
    return View(
        (TextBlock(t("{done} {rest}", done=done, rest=rest)), button_rows([undo, button(t("Topics"), "topics")]))
    )


async def topics_list(context: CommandContext) -> View:
    """What this chat follows, each with a button to stop it."""
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        chat = await work.chats.get(context.chat.id) or context.chat
    if not subscriptions:
        return no_topics_view()
    shown = page_slice(context.page, len(subscriptions))
    blocks = _compact_list(chat, subscriptions) if context.compact else _full_list(context, chat, subscriptions, shown)
    stops = [_topic_buttons(each) for each in subscriptions[shown]]
    add = [button(t("+ Add a topic"), "subscribe"), schedule_button(chat)]
    return View((*blocks, button_rows(*stops, page_buttons(shown, len(subscriptions), "topics"), add)))


def _compact_list(chat: Chat, subscriptions: Sequence[Subscription]) -> list[Block]:
    """Where others read it too."""
    names = join_texts(_plain_name(each.topic) for each in subscriptions)
    head = topics_and_schedule(len(subscriptions), chat)
    return [TextBlock(t("{head}: {topics}", head=head, topics=names))]


def _full_list(context: CommandContext, chat: Chat, subscriptions: Sequence[Subscription], shown: slice) -> list[Block]:
    return [
        TextBlock(topics_and_schedule(len(subscriptions), chat)),
        *(TextBlock(_topic_line(each)) for each in subscriptions[shown]),
        *muted_note(chat),
        Footer(next_digest_note(chat, context)),
    ]


def topics_and_schedule(n: int, chat: Chat) -> LazyText:
    """*3 topics · daily 09:00 Berlin*."""
    rhythm = t("paused") if chat.status is ChatStatus.PAUSED else format_schedule(chat.settings)
    return tn("<b>{n} topic</b> · {rhythm}", "<b>{n} topics</b> · {rhythm}", n, rhythm=rhythm)


def _topic_line(subscription: Subscription) -> LazyText:
    number, topic = subscription.number, _plain_name(subscription.topic)
    if subscription.added_by:
        return t("{number}. <b>{topic}</b> · set by {name}", number=number, topic=topic, name=subscription.added_by)
    return t("{number}. <b>{topic}</b> · since {day}", number=number, topic=topic, day=subscription.added_on)


def _plain_name(topic: Topic) -> LazyText:
    """The topic without the grammar, with how strictly it is read where that was changed."""
    name = topic_in_words(topic)
    match topic.level:
        case MatchLevel.WIDE:
            return t("{topic}, also where it is only mentioned", topic=name)
        case MatchLevel.STRICT:
            return t("{topic}, only where it is plainly the subject", topic=name)
    return name


def next_digest_note(chat: Chat, context: CommandContext) -> LazyText:
    """When the next digest comes, or how to have them again."""
    if chat.status is ChatStatus.PAUSED:
        return t("Digests are paused: <code>{resume}</code> starts them again.", resume=context.usage("resume"))
    return next_digest_sentence(chat, context.now)


def schedule_button(chat: Chat) -> Button:
    """Opens the choice of hour and zone; shows what is set."""
    if not chat.settings.zone:
        return button(t("{hour} UTC · change", hour=digest_hour(chat.settings)), "when")
    return button(t("{hour} · change", hour=chat.settings.hour), "when")


COMMANDS = (
    Command(
        "unsubscribe",
        t("stop a topic, by name or number, or all"),
        unsubscribe,
        aliases=("unfollow",),
        argument="TOPIC",
        examples=("unsubscribe diffusion", "unsubscribe 2", "unsubscribe all"),
        changes=True,
        private=True,
    ),
    Command("topics", t("what this chat follows"), topics_list, private=True, menu=True),
)
