"""The first minute: a greeting with topics to tap, and the page of a person's own (Slack's App Home)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chats import Chat, ChatStatus, Subscription
from bot.commands.chat.greetings import group_greeting
from bot.commands.chat.home import overview
from bot.commands.core.chat_updates import update_chat, with_next_digest
from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.topic_input import find_subscription, parse_topic
from bot.commands.search.preview import preview_topic
from bot.commands.search.preview_view import result_blocks
from bot.commands.subscriptions.topic_list import next_digest_note, topics_and_schedule, topics_list
from bot.commands.subscriptions.transactions import follow, unfollow
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, primary_button, split_into_rows, truncate
from bot.commands.ui.dates import zone_name
from bot.commands.ui.timezones import parse_zone, suggested_zones
from bot.errors import InputError
from bot.i18n import LazyText, join_texts, t
from bot.sources import sources
from bot.topics import Topic
from bot.topics.formatter import format_short
from bot.views import Block, Button, Footer, TextBlock, View


@dataclass(frozen=True, slots=True)
class PopularTopic:
    """A topic worth offering: what is followed, and the short name on its button (at most 10 characters)."""

    topic: str
    label: LazyText


# Measured on 59 real days: the subjects with the most papers, chosen so that few papers fall under two of them.
POPULAR_TOPICS = (
    PopularTopic("LLM agents", t("Agents")),
    PopularTopic("reasoning", t("Reasoning")),
    PopularTopic("vision language model", t("VLMs")),
    PopularTopic("diffusion", t("Diffusion")),
    PopularTopic("video generation", t("Video")),
    PopularTopic("reinforcement learning", t("RL")),
    PopularTopic("world model", t("Worlds")),
    PopularTopic("robotics", t("Robotics")),
    PopularTopic("speech", t("Speech")),
)


TOPICS_PER_ROW = 3
TOP_PAPERS = 5
PREVIEW_BLOCKS = 2  # blocks of a preview: the count and the titles


async def start(context: CommandContext) -> View:
    """Who Paperboy is, in two sentences, and topics with what they brought last week."""
    subscriptions = await _subscriptions(context)
    if context.chat.status is ChatStatus.PAUSED and subscriptions:
        return _welcome_back_view(context, len(subscriptions))
    if not context.personal:
        return group_greeting(context, len(subscriptions))
    return await _topic_choice_view(context, subscriptions)


async def _subscriptions(context: CommandContext) -> list[Subscription]:
    async with context.services.storage.read() as work:
        return await work.subscriptions.of_chat(context.chat.id)


async def _topic_choice_view(
    context: CommandContext, subscriptions: Sequence[Subscription], tapped: Topic | None = None
) -> View:
    """The topics to tap; below what is followed, what the one just ``tapped`` would have brought."""
    services = context.services
    counts = await services.count_week([each.topic for each in POPULAR_TOPICS], context.today)
    taps = split_into_rows([_topic_button(each, counts, subscriptions) for each in POPULAR_TOPICS], TOPICS_PER_ROW)
    text = _followed_blocks(context, subscriptions) if subscriptions else _introduction_blocks(any(counts.values()))
    if tapped is not None:
        preview = result_blocks(await preview_topic(services, tapped, context.today, context.bounds))[:PREVIEW_BLOCKS]
        text[1:1] = _preview_blocks(tapped, preview) if len(subscriptions) > 1 else preview
    places = _city_buttons(context) if subscriptions else []
    hint = [Footer(t("Where are you? Then it comes at {hour} there.", hour=context.chat.settings.hour))]
    return View((*text, *(hint if places else []), button_rows(*taps, places, _last_row(bool(subscriptions)))))


def _preview_blocks(tapped: Topic, preview: Sequence[Block]) -> list[Block]:
    """The preview's count and titles; the count says whose it is, since other topics are followed beside it."""
    first, *others = preview
    if isinstance(first, TextBlock):
        first = TextBlock(t("<b>{topic}</b> · {count}", topic=format_short(tapped), count=first.text))
    return [first, *others]


def _city_buttons(context: CommandContext) -> list[Button]:
    """Three likely cities, while nobody has said where the chat is."""
    if context.chat.settings.zone or not context.personal:
        return []
    return [
        button(t("{city}", city=truncate(zone_name(zone), LABEL_WIDTHS[TOPICS_PER_ROW])), f"here {zone}")
        for zone in suggested_zones(context.call.language)
    ]


def _introduction_blocks(counted: bool) -> list[Block]:
    promise = t(
        "<b>Paperboy</b> reads {papers} and brings you the ones on your topics: one message a day, "
        "none when there is nothing.",
        papers=sources().main.list_title,
    )
    if counted:
        return [
            TextBlock(promise),
            TextBlock(t("Tap what you work on (the number: papers last week), or just type it.")),
        ]
    return [TextBlock(promise), TextBlock(t("Tap what you work on, or just type it."))]


def _followed_blocks(context: CommandContext, subscriptions: Sequence[Subscription]) -> list[Block]:
    return [
        TextBlock(
            t("<b>Following:</b> {topics}", topics=join_texts(format_short(each.topic) for each in subscriptions))
        ),
        TextBlock(next_digest_note(context.chat, context)),
        TextBlock(t("Tap more, or type a topic, an author or a lab.")),
    ]


def _topic_button(each: PopularTopic, counts: Mapping[str, int], subscriptions: Sequence[Subscription]) -> Button:
    if find_subscription(subscriptions, parse_topic(each.topic, "pick")):
        return button(t("✓ {label}", label=each.label), f"pick {each.topic}")
    if not counts.get(each.topic):
        return button(each.label, f"pick {each.topic}")
    return button(t("{label} {n}", label=each.label, n=counts[each.topic]), f"pick {each.topic}")


def _last_row(follows: bool) -> list[Button]:
    if follows:
        return [button(t("Send me today’s now"), "digest"), primary_button(t("Done"), "done")]
    return [button(t("Today’s top {n}", n=TOP_PAPERS), f"top {TOP_PAPERS}"), button(t("Help"), "help")]


async def pick(context: CommandContext) -> View:
    """Taps a topic on or off; the same message then shows what is followed by now."""
    if not context.argument:
        return await _topic_choice_view(context, await _subscriptions(context))
    topic = parse_topic(context.argument, "pick")
    known, tapped = find_subscription(await _subscriptions(context), topic), None
    if known is None:
        tapped = context.services.as_followed(topic)
        await follow(context, tapped)
    else:
        await unfollow(context, [known])
    return replace(
        await _topic_choice_view(await _reload_chat(context), await _subscriptions(context), tapped),
        replaces_message=True,
    )


async def done(context: CommandContext) -> View:
    """The end of tapping: what is followed by now, in the same message."""
    return replace(await topics_list(context), replaces_message=True)


async def here(context: CommandContext) -> View:
    """Says where the chat is, in the same message. Raises InputError without a place, or with an unknown one."""
    if not context.argument:
        raise InputError(t("Which city? For example:"), suggestions=("here Berlin",))
    zone = parse_zone(context.argument)
    subscriptions = await _subscriptions(context)

    def there(chat: Chat) -> Chat:
        moved = replace(chat, settings=replace(chat.settings, zone=zone))
        return with_next_digest(moved, context.now, follows=bool(subscriptions))

    await update_chat(context.services, context.chat, there)
    said = t("✓ {hour} in {city}", hour=context.chat.settings.hour, city=zone_name(zone))
    return replace(
        await _topic_choice_view(await _reload_chat(context), subscriptions), replaces_message=True, toast=said
    )


async def _reload_chat(context: CommandContext) -> CommandContext:
    async with context.services.storage.read() as work:
        return replace(context, chat=await work.chats.get(context.chat.id) or context.chat)


def _welcome_back_view(context: CommandContext, topics: int) -> View:
    line = t("Welcome back! {topics}.", topics=topics_and_schedule(topics, context.chat))
    kept = t("Nothing was deleted. Shall your digests come again?")
    resume = primary_button(t("Yes, resume"), "resume")
    return View((TextBlock(line), TextBlock(kept), button_rows([resume, button(t("Topics"), "topics")])))


async def home(context: CommandContext) -> View:
    """A person's page: what is followed and when it comes, else how to begin."""
    if await _subscriptions(context):
        return await overview(context)
    promise = t(
        "Paperboy posts the AI papers your team follows, once a day, and is silent otherwise. Nothing is posted "
        "anywhere until you choose."
    )
    channel = t(
        "For a channel: invite me there (<code>/invite @Paperboy</code>), then <code>{example}</code>. Or follow "
        "topics just for yourself:",
        example=context.usage("subscribe diffusion"),
    )
    taps = await _topic_choice_view(context, ())
    return View((TextBlock(promise), TextBlock(channel), taps.blocks[-1]))


COMMANDS = (
    Command("start", t("a short welcome with topics to tap"), start),
    Command(
        "pick",
        t("tap a topic on or off"),
        pick,
        argument="TOPIC",
        changes=True,
        hidden=True,
        private=True,
    ),
    Command(
        "here",
        t("say in which city you are"),
        here,
        argument="CITY",
        changes=True,
        hidden=True,
        private=True,
    ),
    Command("done", t("end choosing topics"), done, hidden=True, private=True),
    Command("home", t("your own page"), home, hidden=True, private=True),
)
