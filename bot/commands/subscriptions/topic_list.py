"""What a chat follows: the list, and stopping."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chats import Chat, ChatStatus, Subscription
from bot.commands.core.command import Asked, Command
from bot.commands.queries.topic_input import chosen
from bot.commands.subscriptions.mute import still_muted
from bot.commands.subscriptions.transactions import unfollow
from bot.commands.ui.buttons import ROOM, button, in_rows, page_buttons, page_of, rows, short, topic_button
from bot.commands.ui.dates import next_digest_words, rhythm_words
from bot.due import shown_hour
from bot.i18n import Sentence, listing, say, say_n
from bot.matching.prefilter.topic_variants import subjects
from bot.topics.formatter import named, printed
from bot.views import Block, Button, Buttons, Line, Question, SmallPrint, View

AND_ALSO = " ;; "
SUGGESTED = ("LLM agents", "diffusion", "robotics", 'author:"Yann LeCun"', "org:nvidia", "reasoning -math")


def suggested_topics() -> Buttons:
    """A few topics to tap, one of each kind."""
    buttons = [button(say("{topic}", topic=short(topic, ROOM[2])), f"subscribe {topic}") for topic in SUGGESTED]
    return rows(*in_rows(buttons, 2))


async def unsubscribe(asked: Asked) -> View:
    """Stops one topic, named or numbered, or all; with Undo."""
    subscriptions = await _subscriptions(asked)
    if not asked.argument:
        return _what_to_stop(subscriptions)
    wanted = asked.argument.removeprefix("from ")
    if wanted.casefold() == "all":
        return await _stop(asked, subscriptions)
    return await _stop(asked, [chosen(subscriptions, wanted, "unsubscribe")])


async def _subscriptions(asked: Asked) -> list[Subscription]:
    async with asked.services.storage.read() as work:
        return await work.topics.of_chat(asked.chat.id)


def _what_to_stop(subscriptions: Sequence[Subscription]) -> View:
    if not subscriptions:
        return follows_nothing()
    question = Question(say("Which topic shall I stop?"), "unsubscribe", say("a topic, its number, or all"))
    return View((question, rows(*([_stop_button(each)] for each in subscriptions[:10]))))


def _stop_button(subscription: Subscription) -> Button:
    topic = named(subscription.topic)
    return topic_button(topic, f"unsubscribe {topic}", say("✕ {topic}", topic=short(topic, ROOM[1] - 2)))


def _row(subscription: Subscription) -> tuple[Button, ...]:
    """Stop it, or change what counts for it; a name of a person or a lab has nothing to change."""
    if not subjects(subscription.topic):
        return (_stop_button(subscription),)
    topic = named(subscription.topic)
    stop = button(say("✕ {topic}", topic=short(topic, ROOM[2] - 2)), f"unsubscribe {topic}")
    return stop, button(say("Edit"), f"edit {topic}")


def follows_nothing() -> View:
    """The answer wherever a topic is needed and none is followed."""
    line = Line(say("Nothing is followed here yet. Tell me a topic, or tap one to see what it brings."))
    return View((line, suggested_topics()))


async def _stop(asked: Asked, stopped: Sequence[Subscription]) -> View:
    if not stopped:
        return follows_nothing()
    return _stopped(stopped, await unfollow(asked, stopped))


def _stopped(stopped: Sequence[Subscription], left: int) -> View:
    topics = [printed(each.topic) for each in stopped]
    if len(topics) == 1:
        done = say("Stopped <b>{topic}</b>.", topic=named(stopped[0].topic))
    else:
        done = say("Stopped all {n} topics.", n=len(topics))
    rest = say_n("{n} topic is left.", "{n} topics are left.", left) if left else say("No more digests will come.")
    undo = button(say("Undo"), f"subscribe {topics[0]}" if len(topics) == 1 else f"again {AND_ALSO.join(topics)}")
    return View((Line(say("{done} {rest}", done=done, rest=rest)), rows([undo, button(say("Topics"), "topics")])))


async def topics_list(asked: Asked) -> View:
    """What this chat follows, each with a button to stop it."""
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        chat = await work.chats.get(asked.chat.id) or asked.chat
    if not subscriptions:
        return follows_nothing()
    shown = page_of(asked.page, len(subscriptions))
    blocks = _in_a_line(chat, subscriptions) if asked.terse else _in_full(asked, chat, subscriptions, shown)
    stops = [_row(each) for each in subscriptions[shown]]
    add = [button(say("+ Add a topic"), "subscribe"), time_button(chat)]
    return View((*blocks, rows(*stops, page_buttons(shown, len(subscriptions), "topics"), add)))


def _in_a_line(chat: Chat, subscriptions: Sequence[Subscription]) -> list[Block]:
    """Where others read it too."""
    names = listing(named(each.topic) for each in subscriptions)
    head = topics_and_rhythm(len(subscriptions), chat)
    return [Line(say("{head}: {topics}", head=head, topics=names))]


def _in_full(asked: Asked, chat: Chat, subscriptions: Sequence[Subscription], shown: slice) -> list[Block]:
    return [
        Line(topics_and_rhythm(len(subscriptions), chat)),
        *(Line(_topic_line(each)) for each in subscriptions[shown]),
        *still_muted(chat),
        SmallPrint(when_next(chat, asked)),
    ]


def topics_and_rhythm(n: int, chat: Chat) -> Sentence:
    """*3 topics · daily 09:00 Berlin*."""
    rhythm = say("paused") if chat.status is ChatStatus.PAUSED else rhythm_words(chat.settings)
    return say_n("<b>{n} topic</b> · {rhythm}", "<b>{n} topics</b> · {rhythm}", n, rhythm=rhythm)


def _topic_line(subscription: Subscription) -> Sentence:
    number, topic = subscription.number, named(subscription.topic)
    if subscription.added_by:
        return say("{number}. <b>{topic}</b> · set by {name}", number=number, topic=topic, name=subscription.added_by)
    return say("{number}. <b>{topic}</b> · since {day}", number=number, topic=topic, day=subscription.added_on)


def when_next(chat: Chat, asked: Asked) -> Sentence:
    """When the next digest comes, or how to have them again."""
    if chat.status is ChatStatus.PAUSED:
        return say("Digests are paused: <code>{resume}</code> starts them again.", resume=asked.typed("resume"))
    return next_digest_words(chat, asked.now)


def time_button(chat: Chat) -> Button:
    """Opens the choice of hour and zone; shows what is set."""
    if not chat.settings.zone:
        return button(say("{hour} UTC · change", hour=shown_hour(chat.settings)), "when")
    return button(say("{hour} · change", hour=chat.settings.hour), "when")


COMMANDS = (
    Command(
        "unsubscribe",
        say("stop a topic, by name or number, or all"),
        unsubscribe,
        aliases=("unfollow",),
        argument="TOPIC",
        examples=("unsubscribe diffusion", "unsubscribe 2", "unsubscribe all"),
        changes=True,
        private=True,
    ),
    Command("topics", say("what this chat follows"), topics_list, private=True, menu=True),
)
