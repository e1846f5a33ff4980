"""Less like this: a word, an author or a lab kept out of a chat's digests, whatever its topics say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.calls import AskedFrom
from bot.chats import Chat, Subscription
from bot.commands.core.chat_updates import update_chat
from bot.commands.core.command import Command, CommandContext, has_argument
from bot.commands.papers.card_view import back_to_card_button, replace_card, resolve_paper
from bot.commands.queries.topic_input import parse_topic
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, primary_button, truncate, two_columns, with_count
from bot.commands.ui.navigation import split_origin
from bot.decisions.muting import parse_muted
from bot.errors import InputError
from bot.i18n import LazyText, join_texts, t, tn
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.sources import sources
from bot.tex import readable_tex
from bot.topics import Expression, Field, Phrase, Topic
from bot.topics.ast import FieldName
from bot.topics.formatter import format_short, format_topic
from bot.views import Block, Button, Footer, Prompt, TextBlock, View


def muted_note(chat: Chat) -> list[Block]:
    """For the list of topics: what is kept out of them."""
    if not chat.settings.muted:
        return []
    names = [format_short(topic) for _, topic in parse_muted(chat.settings.muted)]
    return [Footer(t("Muted: {topics}", topics=join_texts(names)))]


COUNTED_PERIOD = timedelta(days=29)
MAX_MUTED = 50
MAX_KEYWORDS = 4
MutedChange = Callable[[tuple[str, ...]], tuple[str, ...]]
MuteOffer = tuple[LazyText, Topic, int]

RETURN_SEPARATOR = " => "  # what is shown afterwards, so that one gets back to the card


async def less(context: CommandContext) -> View:
    """What can be done against papers like this one: what it says, who wrote it, and the topics that brought it. Where
    others read the digests too, it is proposed to them."""
    if not context.argument:
        return View(
            (
                Prompt(
                    t("Which paper? Send its {archive} id or address.", archive=sources().archive.title),
                    "less",
                    t("for example: 2608.16859"),
                ),
            )
        )
    name, origin = split_origin(context.argument)
    found = await resolve_paper(context, name)
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        month = await work.papers.listed_between(context.today - COUNTED_PERIOD, context.today)
    offers = await asyncio.to_thread(_mute_offers, found, subscriptions, month)
    back = back_to_card_button(found, origin)
    then = f"{RETURN_SEPARATOR}{back.command}" if origin else ""
    name = "mute" if context.personal else "propose"
    taps = [
        button(with_count(label, n, LABEL_WIDTHS[1]), f"{name} {format_topic(topic)}{then}")
        for label, topic, n in offers
    ]
    topic_buttons = _matching_topic_buttons(found, subscriptions) if context.personal else []
    lines = _less_lines(readable_tex(found.title), personal=context.personal)
    return replace_card(context, View((*lines, button_rows(*two_columns(taps), *topic_buttons, [back]))), origin)


def _less_lines(title: str, *, personal: bool) -> list[Block]:
    if personal:
        return [
            TextBlock(t("Less like <b>{title}</b>: what shall I keep out of your digests?", title=title)),
            Footer(t("In brackets how many papers of the last 30 days on your topics that would have been.")),
        ]
    return [
        TextBlock(t("Less like <b>{title}</b>: what shall I propose to keep out of the digests here?", title=title)),
        Footer(
            t(
                "Everybody here reads the proposal. In brackets how many papers of the last 30 days on the topics here "
                "that would have been."
            )
        ),
    ]


async def propose(context: CommandContext) -> View:
    """Puts before everybody in a chat that something be muted there, with a button for those who may. Raises InputError
    for a topic that can't be read."""
    if context.personal or not context.argument:
        return await mute(context)
    wanted = context.argument.partition(RETURN_SEPARATOR)[0]
    topic = parse_topic(wanted, "propose")
    text, short, name = format_topic(topic), format_short(topic), context.call.person_name
    if text in context.chat.settings.muted:
        return View((TextBlock(t("<b>{topic}</b> is muted here.", topic=short)),), private=True)
    n, _, _ = await _count_of_month(context, context.chat, topic)
    said = t("It is proposed to keep <b>{topic}</b> out of the digests here.", topic=short)
    if name:
        said = t("<b>{name}</b> proposes to keep <b>{topic}</b> out of the digests here.", name=name, topic=short)
    count = tn(
        "{n} paper of the last 30 days would not have come.", "{n} papers of the last 30 days would not have come.", n
    )
    agree = primary_button(t("Keep it out"), f"mute {text}")
    return View((TextBlock(said), Footer(count), button_rows([agree])), summary=said, post_publicly=True)


def _mute_offers(found: Paper, subscriptions: Sequence[Subscription], month: Sequence[Paper]) -> list[MuteOffer]:
    """Things to mute, each with how many papers on the chat's topics it would have kept away."""
    topics = [each.topic for each in subscriptions]
    followed = {format_short(topic).casefold() for topic in topics}
    wanted = (Topic(part) for part in _mutable_parts(found))
    offers = [
        (topic, _count_muted(topic, topics, month))
        for topic in wanted
        if format_short(topic).casefold() not in followed
    ]
    return [(_label(topic), topic, n) for topic, n in offers]


def _mutable_parts(found: Paper) -> Iterator[Expression]:
    """Its keywords as far as they are literally there, its first and last author, its lab."""
    said = (Phrase(keyword) for keyword in found.keywords if keyword.strip())
    yield from [part for part in said if decide(Topic(part), found).is_match][:MAX_KEYWORDS]
    authors = [author.name for author in found.visible_authors]
    yield from (Field(FieldName.AUTHOR, name) for name in dict.fromkeys([*authors[:1], *authors[-1:]]))
    if found.organization:
        yield Field(FieldName.ORG, found.organization.display_name)


def _label(topic: Topic) -> LazyText:
    match topic.expression:
        case Field(_, name):
            return t("{name}", name=name)
        case Phrase(words):
            return t("“{words}”", words=words)
    return t("{topic}", topic=format_short(topic))


def _count_muted(muted: Topic, topics: Sequence[Topic], papers: Sequence[Paper]) -> int:
    about = [paper for paper in prefilter(papers, required_terms(muted)) if decide(muted, paper).is_match]
    return sum(any(decide(topic, paper).is_match for topic in topics) for paper in about)


def _matching_topic_buttons(found: Paper, subscriptions: Sequence[Subscription]) -> list[tuple[Button, ...]]:
    """The topics that match it, to be made stricter or stopped."""
    matching = [format_short(each.topic) for each in subscriptions if decide(each.topic, found).is_match]
    return [
        (
            button(t("Stop {topic}", topic=truncate(topic, LABEL_WIDTHS[2] + 2)), f"unsubscribe {topic}"),
            button(t("Make it stricter"), f"edit {topic}"),
        )
        for topic in matching[:2]
    ]


async def mute(context: CommandContext) -> View:
    """Keeps papers on a topic out of this chat's digests; without one shows what is muted.

    Raises InputError for a topic that can't be read, and beyond the limit.
    """
    wanted, _, then = context.argument.partition(RETURN_SEPARATOR)
    if not wanted:
        return _muted_view(context.chat)
    topic = parse_topic(wanted, "mute")
    if topic.is_trending:
        raise InputError(
            t("<b>trending</b> is no subject, so it can’t be muted. To stop it, unsubscribe it."),
            input=wanted,
            suggestions=("unsubscribe trending", "topics"),
        )
    if len(context.chat.settings.muted) >= MAX_MUTED:
        raise InputError(t("That is one too many: {n} things can be muted.", n=MAX_MUTED), suggestions=("mute",))
    text = format_topic(topic)
    chat = await _update_muted(context, lambda muted: (*(each for each in muted if each != text), text))
    n, topics, month = await _count_of_month(context, chat, topic)
    line = tn(
        "✓ Muted <b>{topic}</b>: {n} paper of the last 30 days would not have come.",
        "✓ Muted <b>{topic}</b>: {n} papers of the last 30 days would not have come.",
        n,
        topic=format_short(topic),
    )
    undo = button(t("Undo"), f"unmute {text}{RETURN_SEPARATOR}{then}" if then else f"unmute {text}")
    silenced = [_silenced_line(each, personal=context.personal) for each in topics if is_silenced(each, topic, month)]
    return _change_view(
        context, (TextBlock(line), *silenced, button_rows([undo, _list_button(chat)], _back_buttons(then)))
    )


async def _count_of_month(
    context: CommandContext, chat: Chat, muted: Topic
) -> tuple[int, Sequence[Topic], Sequence[Paper]]:
    """How many papers of the month about the chat's topics a mute keeps away; its topics, the month's papers."""
    async with context.services.storage.read() as work:
        topics = [each.topic for each in await work.subscriptions.of_chat(chat.id)]
        month = await work.papers.listed_between(context.today - COUNTED_PERIOD, context.today)
    return await asyncio.to_thread(_count_muted, muted, topics, month), topics, month


def _change_view(context: CommandContext, blocks: tuple[Block, ...]) -> View:
    """What holds for everybody in a chat is told to everybody there, unless it was changed from outside."""
    shared_here = not context.personal and context.call.asked_from is AskedFrom.CHAT
    return View(blocks, replaces_message=context.personal, post_publicly=shared_here)


def is_silenced(followed: Topic, muted: Topic, papers: Sequence[Paper]) -> bool:
    """Whether the mute leaves nothing of a followed topic: it is the same, or keeps away all that the topic brought."""
    if format_short(followed).casefold() == format_short(muted).casefold():
        return True
    brought = [paper for paper in prefilter(papers, required_terms(followed)) if decide(followed, paper).is_match]
    return bool(brought) and all(decide(muted, paper).is_match for paper in brought)


def _silenced_line(topic: Topic, *, personal: bool) -> TextBlock:
    name = format_short(topic)
    if personal:
        return TextBlock(t("You follow <b>{topic}</b> too: while this is muted, nothing of it comes.", topic=name))
    return TextBlock(t("<b>{topic}</b> is followed here too: while this is muted, nothing of it comes.", topic=name))


def silencing_mutes(chat: Chat, topic: Topic, papers: Sequence[Paper]) -> list[str]:
    """The mutes of a chat, as they are stored, that leave nothing of a topic."""
    return [text for text, muted in parse_muted(chat.settings.muted) if is_silenced(topic, muted, papers)]


def unmute_offer(text: str) -> tuple[TextBlock, Button]:
    """That a mute keeps all of a topic away that was followed just now, and the button against it."""
    line = t("<b>{muted}</b> is muted here, so nothing of it comes.", muted=text)
    label = t("Unmute {muted}", muted=truncate(text, LABEL_WIDTHS[1] - 7))
    return TextBlock(line), primary_button(label, f"unmute {text}")


async def unmute(context: CommandContext) -> View:
    """Lets papers on a topic come again."""
    wanted, _, then = context.argument.partition(RETURN_SEPARATOR)
    if not wanted:
        return _muted_view(context.chat)
    text = _resolve_muted(context, wanted)
    chat = await _update_muted(context, lambda muted: tuple(each for each in muted if each != text))
    line = t("<b>{topic}</b> is not muted any more.", topic=text)
    undo = button(t("Undo"), f"mute {text}{RETURN_SEPARATOR}{then}" if then else f"mute {text}")
    return _change_view(context, (TextBlock(line), button_rows([undo, _list_button(chat)], _back_buttons(then))))


def _resolve_muted(context: CommandContext, wanted: str) -> str:
    """What is muted under that name. Raises InputError where nothing is."""
    text = wanted if wanted in context.chat.settings.muted else format_topic(parse_topic(wanted, "unmute"))
    if text in context.chat.settings.muted:
        return text
    near = tuple(f"unmute {each}" for each in context.chat.settings.muted[:5])
    raise InputError(t("<b>{topic}</b> is not muted here.", topic=wanted), input=wanted, suggestions=near)


async def _update_muted(context: CommandContext, change: MutedChange) -> Chat:
    def muted_so(chat: Chat) -> Chat:
        return replace(chat, settings=replace(chat.settings, muted=change(chat.settings.muted)))

    return await update_chat(context.services, context.chat, muted_so)


def _back_buttons(then: str) -> list[Button]:
    return [button(t("‹ Back to the paper"), then)] if then else []


def _list_button(chat: Chat) -> Button:
    return button(t("Muted: {n}", n=len(chat.settings.muted)), "mute")


def _muted_view(chat: Chat) -> View:
    muted = parse_muted(chat.settings.muted)
    if not muted:
        nothing = t("Nothing is muted. On a paper’s card, <b>Less like this</b> shows what could be.")
        return View(
            (TextBlock(nothing), button_rows([button(t("Topics"), "topics")])),
            replaces_message=chat.kind.personal,
            private=not chat.kind.personal,
        )
    line = t("Papers on these stay out: {topics}.", topics=join_texts([format_short(topic) for _, topic in muted]))
    taps = [
        button(t("✕ {topic}", topic=truncate(format_short(topic), LABEL_WIDTHS[1] - 2)), f"unmute {text}")
        for text, topic in muted
    ]
    return View(
        (TextBlock(line), button_rows(*two_columns(taps), [button(t("Topics"), "topics")])),
        replaces_message=chat.kind.personal,
        private=not chat.kind.personal,
    )


COMMANDS = (
    Command("less", t("fewer papers like one"), less, argument="ID", hidden=True, private=True),
    Command(
        "mute",
        t("keep a subject, an author or a lab out of the digests"),
        mute,
        argument="[TOPIC]",
        examples=("mute survey", 'mute author:"Mira Aldous"'),
        changes=has_argument,
    ),
    Command("unmute", t("let it come again"), unmute, argument="TOPIC", changes=has_argument, hidden=True),
    Command("propose", t("propose to keep something out here"), propose, argument="TOPIC", hidden=True),
)
