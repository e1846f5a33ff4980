"""The first minute: a greeting with topics to tap, and the page of a person's own (Slack's App Home)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chats import Chat, ChatStatus, Subscription
from bot.commands.chat.greetings import hello
from bot.commands.chat.home import overview
from bot.commands.core.chat_updates import change_chat, scheduled
from bot.commands.core.command import Asked, Command
from bot.commands.queries.topic_input import followed, read_topic
from bot.commands.search.preview import preview_topic
from bot.commands.search.preview_view import brought
from bot.commands.subscriptions.topic_list import topics_and_rhythm, topics_list, when_next
from bot.commands.subscriptions.transactions import follow, unfollow
from bot.commands.ui.buttons import ROOM, button, in_rows, primary, rows, short
from bot.commands.ui.dates import zone_name
from bot.commands.ui.timezones import likely_zones, zone_of
from bot.errors import UserMistake
from bot.i18n import Sentence, listing, say
from bot.topics import Topic
from bot.topics.formatter import named
from bot.views import Block, Button, Line, SmallPrint, View


@dataclass(frozen=True, slots=True)
class PopularTopic:
    """A topic worth offering: what is followed, and the short name on its button (at most 10 characters)."""

    topic: str
    label: Sentence


# Measured on 59 real days: the subjects with the most papers, chosen so that few papers fall under two of them.
POPULAR = (
    PopularTopic("LLM agents", say("Agents")),
    PopularTopic("reasoning", say("Reasoning")),
    PopularTopic("vision language model", say("VLMs")),
    PopularTopic("diffusion", say("Diffusion")),
    PopularTopic("video generation", say("Video")),
    PopularTopic("reinforcement learning", say("RL")),
    PopularTopic("world model", say("Worlds")),
    PopularTopic("robotics", say("Robotics")),
    PopularTopic("speech", say("Speech")),
)


ABREAST = 3
TOP = 5
PREVIEWED = 2  # blocks of a preview: the count and the titles


async def start(asked: Asked) -> View:
    """Who Paperboy is, in two sentences, and topics with what they brought last week."""
    subscriptions = await _subscriptions(asked)
    if asked.chat.status is ChatStatus.PAUSED and subscriptions:
        return _welcome_back(asked, len(subscriptions))
    if not asked.personal:
        return hello(asked, len(subscriptions))
    return await _tapping(asked, subscriptions)


async def _subscriptions(asked: Asked) -> list[Subscription]:
    async with asked.services.storage.read() as work:
        return await work.topics.of_chat(asked.chat.id)


async def _tapping(asked: Asked, subscriptions: Sequence[Subscription], tapped: Topic | None = None) -> View:
    """The topics to tap; below what is followed, what the one just ``tapped`` would have brought."""
    services = asked.services
    counts = await services.week_of([each.topic for each in POPULAR], asked.today)
    taps = in_rows([_tap(each, counts, subscriptions) for each in POPULAR], ABREAST)
    text = _picked(asked, subscriptions) if subscriptions else _introduction(any(counts.values()))
    if tapped is not None:
        preview = brought(await preview_topic(services, tapped, asked.today))[:PREVIEWED]
        text[1:1] = _brought_by(tapped, preview) if len(subscriptions) > 1 else preview
    places = _places(asked) if subscriptions else []
    hint = [SmallPrint(say("Where are you? Then it comes at {hour} there.", hour=asked.chat.settings.hour))]
    return View((*text, *(hint if places else []), rows(*taps, places, _last_row(bool(subscriptions)))))


def _brought_by(tapped: Topic, preview: Sequence[Block]) -> list[Block]:
    """The preview's count and titles; the count says whose it is, since other topics are followed beside it."""
    first, *others = preview
    if isinstance(first, Line):
        first = Line(say("<b>{topic}</b> · {count}", topic=named(tapped), count=first.sentence))
    return [first, *others]


def _places(asked: Asked) -> list[Button]:
    """Three likely cities, while nobody has said where the chat is."""
    if asked.chat.settings.zone or not asked.personal:
        return []
    return [
        button(say("{city}", city=short(zone_name(zone), ROOM[ABREAST])), f"here {zone}")
        for zone in likely_zones(asked.call.language)
    ]


def _introduction(counted: bool) -> list[Block]:
    promise = say(
        "<b>Paperboy</b> reads Hugging Face’s Daily Papers and brings you the ones on your topics: one message a day, "
        "none when there is nothing."
    )
    if counted:
        return [Line(promise), Line(say("Tap what you work on (the number: papers last week), or just type it."))]
    return [Line(promise), Line(say("Tap what you work on, or just type it."))]


def _picked(asked: Asked, subscriptions: Sequence[Subscription]) -> list[Block]:
    return [
        Line(say("<b>Following:</b> {topics}", topics=listing(named(each.topic) for each in subscriptions))),
        Line(when_next(asked.chat, asked)),
        Line(say("Tap more, or type a topic, an author or a lab.")),
    ]


def _tap(each: PopularTopic, counts: Mapping[str, int], subscriptions: Sequence[Subscription]) -> Button:
    if followed(subscriptions, read_topic(each.topic, "pick")):
        return button(say("✓ {label}", label=each.label), f"pick {each.topic}")
    if not counts.get(each.topic):
        return button(each.label, f"pick {each.topic}")
    return button(say("{label} {n}", label=each.label, n=counts[each.topic]), f"pick {each.topic}")


def _last_row(follows: bool) -> list[Button]:
    if follows:
        return [button(say("Send me today’s now"), "digest"), primary(say("Done"), "done")]
    return [button(say("Today’s top {n}", n=TOP), f"top {TOP}"), button(say("Help"), "help")]


async def pick(asked: Asked) -> View:
    """Taps a topic on or off; the same message then shows what is followed by now."""
    if not asked.argument:
        return await _tapping(asked, await _subscriptions(asked))
    topic = read_topic(asked.argument, "pick")
    known, tapped = followed(await _subscriptions(asked), topic), None
    if known is None:
        tapped = await asked.services.followed_as(topic, asked.today)
        await follow(asked, tapped)
    else:
        await unfollow(asked, [known])
    return replace(await _tapping(await _anew(asked), await _subscriptions(asked), tapped), in_place=True)


async def done(asked: Asked) -> View:
    """The end of tapping: what is followed by now, in the same message."""
    return replace(await topics_list(asked), in_place=True)


async def here(asked: Asked) -> View:
    """Says where the chat is, in the same message; without a place it is asked for."""
    if not asked.argument:
        raise UserMistake(say("Which city? For example:"), suggestions=("here Berlin",))
    zone = zone_of(asked.argument)
    subscriptions = await _subscriptions(asked)

    def there(chat: Chat) -> Chat:
        moved = replace(chat, settings=replace(chat.settings, zone=zone))
        return scheduled(moved, asked.now, follows=bool(subscriptions))

    await change_chat(asked.services, asked.chat, there)
    said = say("✓ {hour} in {city}", hour=asked.chat.settings.hour, city=zone_name(zone))
    return replace(await _tapping(await _anew(asked), subscriptions), in_place=True, toast=said)


async def _anew(asked: Asked) -> Asked:
    async with asked.services.storage.read() as work:
        return replace(asked, chat=await work.chats.get(asked.chat.id) or asked.chat)


def _welcome_back(asked: Asked, topics: int) -> View:
    line = say("Welcome back! {topics}.", topics=topics_and_rhythm(topics, asked.chat))
    kept = say("Nothing was deleted. Shall your digests come again?")
    resume = primary(say("Yes, resume"), "resume")
    return View((Line(line), Line(kept), rows([resume, button(say("Topics"), "topics")])))


async def home(asked: Asked) -> View:
    """A person's page: what is followed and when it comes, else how to begin."""
    if await _subscriptions(asked):
        return await overview(asked)
    promise = say(
        "Paperboy posts the AI papers your team follows, once a day, and is silent otherwise. Nothing is posted "
        "anywhere until you choose."
    )
    channel = say(
        "For a channel: invite me there (<code>/invite @Paperboy</code>), then <code>{example}</code>. Or follow "
        "topics just for yourself:",
        example=asked.typed("subscribe diffusion"),
    )
    taps = await _tapping(asked, ())
    return View((Line(promise), Line(channel), taps.blocks[-1]))


COMMANDS = (
    Command("start", say("a short welcome with topics to tap"), start),
    Command(
        "pick",
        say("tap a topic on or off"),
        pick,
        argument="TOPIC",
        changes=True,
        hidden=True,
        private=True,
    ),
    Command(
        "here",
        say("say in which city you are"),
        here,
        argument="CITY",
        changes=True,
        hidden=True,
        private=True,
    ),
    Command("done", say("end choosing topics"), done, hidden=True, private=True),
    Command("home", say("your own page"), home, hidden=True, private=True),
)
