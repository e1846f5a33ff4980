"""Less like this: a word, an author or a lab kept out of a chat's digests, whatever its topics say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chats import Chat, Subscription
from bot.commands.core.chat_updates import change_chat
from bot.commands.core.command import Asked, Command, with_argument
from bot.commands.papers.card_view import back_to_card, in_place_of_card, read_paper
from bot.commands.queries.topic_input import read_topic
from bot.commands.ui.buttons import ROOM, button, paired, priced, rows, short
from bot.commands.ui.navigation import parted
from bot.decisions.muting import muted_topics
from bot.errors import UserMistake
from bot.i18n import Sentence, listing, say, say_n
from bot.matching.prefilter.raw_text_filter import sieved
from bot.matching.prefilter.required_terms import needs
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics import Expression, Field, Phrase, Topic
from bot.topics.ast import FieldName
from bot.topics.formatter import named, printed
from bot.views import Block, Button, Line, Question, SmallPrint, View


def still_muted(chat: Chat) -> list[Block]:
    """For the list of topics: what is kept out of them."""
    if not chat.settings.muted:
        return []
    names = [named(topic) for _, topic in muted_topics(chat.settings.muted)]
    return [SmallPrint(say("Muted: {topics}", topics=listing(names)))]


MONTH = timedelta(days=29)
MOST_MUTED = 50
WORDS = 4
Change = Callable[[tuple[str, ...]], tuple[str, ...]]
Offer = tuple[Sentence, Topic, int]

THEN = " => "  # what is shown afterwards, so that one gets back to the card


async def less(asked: Asked) -> View:
    """What can be done against papers like this one: what it says, who wrote it, and the topics that brought it."""
    if not asked.argument:
        return View(
            (Question(say("Which paper? Send its arXiv id or address."), "less", say("for example: 2608.16859")),)
        )
    name, origin = parted(asked.argument)
    found = await read_paper(asked, name)
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        month = await work.papers.listed_between(asked.today - MONTH, asked.today)
    offers = await asyncio.to_thread(_offers, found, subscriptions, month)
    back = back_to_card(found, origin)
    then = f"{THEN}{back.command}" if origin else ""
    taps = [button(priced(label, n, ROOM[1]), f"mute {printed(topic)}{then}") for label, topic, n in offers]
    lines: list[Block] = [
        Line(say("Less like <b>{title}</b>: what shall I keep out of your digests?", title=found.title)),
        SmallPrint(say("In brackets how many papers of the last 30 days on your topics that would have been.")),
    ]
    return in_place_of_card(asked, View((*lines, rows(*paired(taps), *_brought(found, subscriptions), [back]))), origin)


def _offers(found: Paper, subscriptions: Sequence[Subscription], month: Sequence[Paper]) -> list[Offer]:
    """Things to mute, each with how many papers on the chat's topics it would have kept away."""
    topics = [each.topic for each in subscriptions]
    followed = {named(topic).casefold() for topic in topics}
    wanted = (Topic(part) for part in _parts(found))
    offers = [(topic, _kept_away(topic, topics, month)) for topic in wanted if named(topic).casefold() not in followed]
    return [(_label(topic), topic, n) for topic, n in offers]


def _parts(found: Paper) -> Iterator[Expression]:
    """Its keywords as far as they are literally there, its first and last author, its lab."""
    said = (Phrase(keyword) for keyword in found.keywords if keyword.strip())
    yield from [part for part in said if decide(Topic(part), found).yes][:WORDS]
    authors = [author.name for author in found.visible_authors]
    yield from (Field(FieldName.AUTHOR, name) for name in dict.fromkeys([*authors[:1], *authors[-1:]]))
    if found.organization:
        yield Field(FieldName.ORG, found.organization.shown)


def _label(topic: Topic) -> Sentence:
    match topic.expression:
        case Field(_, name):
            return say("{name}", name=name)
        case Phrase(words):
            return say("“{words}”", words=words)
    return say("{topic}", topic=named(topic))


def _kept_away(muted: Topic, topics: Sequence[Topic], papers: Sequence[Paper]) -> int:
    about = [paper for paper in sieved(papers, needs(muted)) if decide(muted, paper).yes]
    return sum(any(decide(topic, paper).yes for topic in topics) for paper in about)


def _brought(found: Paper, subscriptions: Sequence[Subscription]) -> list[tuple[Button, ...]]:
    """The topics that match it, to be made stricter or stopped."""
    matching = [named(each.topic) for each in subscriptions if decide(each.topic, found).yes]
    return [
        (
            button(say("Stop {topic}", topic=short(topic, ROOM[2] + 2)), f"unsubscribe {topic}"),
            button(say("Make it stricter"), f"edit {topic}"),
        )
        for topic in matching[:2]
    ]


async def mute(asked: Asked) -> View:
    """Keeps papers on a topic out of this chat's digests; without one shows what is muted."""
    wanted, _, then = asked.argument.partition(THEN)
    if not wanted:
        return _all_muted(asked.chat)
    topic = read_topic(wanted, "mute")
    if len(asked.chat.settings.muted) >= MOST_MUTED:
        raise UserMistake(say("That is one too many: {n} things can be muted.", n=MOST_MUTED), suggestions=("mute",))
    text = printed(topic)
    chat = await _changed(asked, lambda muted: (*(each for each in muted if each != text), text))
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(chat.id)
        month = await work.papers.listed_between(asked.today - MONTH, asked.today)
    n = await asyncio.to_thread(_kept_away, topic, [each.topic for each in subscriptions], month)
    line = say_n(
        "✓ Muted <b>{topic}</b>: {n} paper of the last 30 days would not have come.",
        "✓ Muted <b>{topic}</b>: {n} papers of the last 30 days would not have come.",
        n,
        topic=named(topic),
    )
    undo = button(say("Undo"), f"unmute {text}{THEN}{then}" if then else f"unmute {text}")
    return View((Line(line), rows([undo, _list_button(chat)], _back(then))), in_place=asked.personal)


async def unmute(asked: Asked) -> View:
    """Lets papers on a topic come again."""
    wanted, _, then = asked.argument.partition(THEN)
    if not wanted:
        return _all_muted(asked.chat)
    text = _meant(asked, wanted)
    chat = await _changed(asked, lambda muted: tuple(each for each in muted if each != text))
    line = say("<b>{topic}</b> is not muted any more.", topic=text)
    undo = button(say("Undo"), f"mute {text}{THEN}{then}" if then else f"mute {text}")
    return View((Line(line), rows([undo, _list_button(chat)], _back(then))), in_place=asked.personal)


def _meant(asked: Asked, wanted: str) -> str:
    """What is muted under that name. Raises UserMistake where nothing is."""
    text = wanted if wanted in asked.chat.settings.muted else printed(read_topic(wanted, "unmute"))
    if text in asked.chat.settings.muted:
        return text
    near = tuple(f"unmute {each}" for each in asked.chat.settings.muted[:5])
    raise UserMistake(say("<b>{topic}</b> is not muted here.", topic=wanted), text=wanted, suggestions=near)


async def _changed(asked: Asked, change: Change) -> Chat:
    def muted_so(chat: Chat) -> Chat:
        return replace(chat, settings=replace(chat.settings, muted=change(chat.settings.muted)))

    return await change_chat(asked.services, asked.chat, muted_so)


def _back(then: str) -> list[Button]:
    return [button(say("‹ Back to the paper"), then)] if then else []


def _list_button(chat: Chat) -> Button:
    return button(say("Muted: {n}", n=len(chat.settings.muted)), "mute")


def _all_muted(chat: Chat) -> View:
    muted = muted_topics(chat.settings.muted)
    if not muted:
        nothing = say("Nothing is muted. On a paper’s card, <b>Less like this</b> shows what could be.")
        return View((Line(nothing), rows([button(say("Topics"), "topics")])), in_place=chat.kind.personal)
    line = say("Papers on these stay out: {topics}.", topics=listing([named(topic) for _, topic in muted]))
    taps = [button(say("✕ {topic}", topic=short(named(topic), ROOM[1] - 2)), f"unmute {text}") for text, topic in muted]
    return View((Line(line), rows(*paired(taps), [button(say("Topics"), "topics")])), in_place=chat.kind.personal)


COMMANDS = (
    Command("less", say("fewer papers like one"), less, argument="ID", hidden=True, private=True),
    Command(
        "mute",
        say("keep a subject, an author or a lab out of the digests"),
        mute,
        argument="[TOPIC]",
        examples=("mute survey", 'mute author:"Mira Aldous"'),
        changes=with_argument,
        private=True,
    ),
    Command(
        "unmute", say("let it come again"), unmute, argument="TOPIC", changes=with_argument, hidden=True, private=True
    ),
)
