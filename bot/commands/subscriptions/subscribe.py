"""Following topics: subscribe, and following a variant of a topic instead."""

from __future__ import annotations

from dataclasses import replace

from bot.chats import Chat, ChatKind
from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.field_names import field_view
from bot.commands.queries.name_matching import find_name_variants
from bot.commands.queries.topic_input import parse_replacement, parse_topic
from bot.commands.search.preview import TopicPreview, preview_topic
from bot.commands.search.preview_buttons import change_command, preview_buttons
from bot.commands.search.preview_view import interpretation_blocks, result_blocks
from bot.commands.subscriptions.browse import choose_topic_view
from bot.commands.subscriptions.mute import silencing_mutes, unmute_offer
from bot.commands.subscriptions.topic_list import TOPIC_SEPARATOR, next_digest_note, schedule_button, topics_list
from bot.commands.subscriptions.transactions import SubscribeResult, follow, follow_all, replace_subscription
from bot.commands.subscriptions.unknown_words import FOLLOW_ANYWAY, ask_about_unknown_words
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, short_topic, truncate, with_count
from bot.commands.ui.dates import format_schedule, zone_name
from bot.commands.ui.group_replies import group_following_view, public_setup_note
from bot.commands.ui.timezones import suggested_zones
from bot.decisions.on_the_fly import SearchBounds, find_matches
from bot.i18n import LazyText, TextValue, t
from bot.matching.prefilter.topic_variants import TopicVariant, positive_subjects
from bot.topics import Field, Subject, Topic, Trending
from bot.topics.ast import TRENDING_SIZE, FieldName
from bot.topics.formatter import format_short
from bot.views import Block, Footer, TextBlock, View


async def subscribe(context: CommandContext) -> View:
    """Follows at once, then shows what that means, with Undo."""
    if not context.argument:
        return choose_topic_view(context)
    if field := await field_view(context, button(t("Only the words"), f"{FOLLOW_ANYWAY} {context.argument}")):
        return field
    words = parse_topic(context.argument.removeprefix("to "), "subscribe")
    named = await _sole_name(context, words)
    if not named and (question := await ask_about_unknown_words(context, words)):
        return question
    return await _follow_words(context, words, named or words)


async def follow_anyway(context: CommandContext) -> View:
    """Follows words that no paper says, after it was asked."""
    words = parse_topic(context.argument, "subscribe")
    return await _follow_words(context, words, words)


async def _follow_words(context: CommandContext, words: Topic, typed: Topic) -> View:
    topic = context.services.as_followed(typed)
    done = await follow(context, topic)
    if not done.is_new:
        known = done.subscription.topic
        return await (
            _replaced_view(context, known, topic)
            if _has_explicit_synonyms(typed) and topic != known
            else _already_following_view(done, context)
        )
    view = await _following_view(context, done.chat, topic, undo=f"unsubscribe {format_short(topic)}", words=words)
    if done.is_first:
        view = replace(view, public_note=public_setup_note(context, done.chat, [format_short(topic)]))
    where_unknown = done.is_first and not done.chat.settings.zone and not context.compact
    return _with_zone_hint(view, context) if where_unknown else view


async def _sole_name(context: CommandContext, typed: Topic) -> Topic | None:
    """The one author or lab that the words name, where no paper is about them and the catalogue does not know them."""
    if not isinstance(typed.expression, Subject) or context.services.catalogue.find(typed.expression.words):
        return None
    services = context.services
    async with services.storage.read() as work:
        first = (await work.papers.archive_extent()).first_day
    one = SearchBounds(context.budget, enough=1)
    if first is None or await find_matches(services.storage, services.index, typed, first, context.today, one):
        return None
    names = await find_name_variants(services, typed, first, context.today)
    return names[0].topic if len(names) == 1 else None


def _has_explicit_synonyms(typed: Topic) -> bool:
    return any(subject.synonyms is not None for subject in positive_subjects(typed))


async def _already_following_view(done: SubscribeResult, context: CommandContext) -> View:
    """What counts, and the buttons to change it: the topic may go by other names than were asked for now."""
    topic = done.subscription.topic
    preview = await preview_topic(context.services, topic, context.today, context.bounds)
    line = t(
        "You already follow <b>{topic}</b>, since {day}. {next}",
        topic=format_short(topic),
        day=done.subscription.added_on,
        next=next_digest_note(done.chat, context),
    )
    stop = button(t("Stop it"), f"unsubscribe {format_short(topic)}")
    if context.compact:
        return View((TextBlock(line), button_rows([stop, button(t("Topics"), "topics")])))
    return View(
        (
            TextBlock(line),
            *interpretation_blocks(preview),
            *result_blocks(preview),
            button_rows(*preview_buttons(preview), [stop]),
        )
    )


async def _following_view(
    context: CommandContext, chat: Chat, topic: Topic, undo: str, words: Topic | None = None
) -> View:
    preview = await preview_topic(context.services, topic, context.today, context.bounds)
    if context.compact:
        return group_following_view(context, chat, topic, len(preview.week), undo)
    headline = _headline(context, topic, chat)
    names = await _name_variants(context, preview)
    offers = [unmute_offer(text) for text in silencing_mutes(chat, topic, [each.paper for each in preview.week])]
    hint = [TextBlock(t("It is a name here; follow that instead, in brackets its papers:"))] if names else []
    blocks: list[Block] = [TextBlock(headline), *interpretation_blocks(preview), *result_blocks(preview), *hint]
    blocks += [line for line, _ in offers] or [TextBlock(next_digest_note(chat, context))]
    taps = [
        [button(with_count(each.label, each.papers, LABEL_WIDTHS[1]), change_command(topic, each.topic))]
        for each in names
    ]
    if words and isinstance(topic.expression, Field) and isinstance(words.expression, Subject):
        as_words = t("The words “{words}” instead", words=short_topic(words, LABEL_WIDTHS[1] - 20))
        taps = [*taps, [button(as_words, change_command(topic, words))]]
    last_row = [button(t("Undo"), undo), schedule_button(chat)]
    return View(
        (*blocks, button_rows(*([tap] for _, tap in offers), *taps, *preview_buttons(preview), last_row)),
        summary=headline,
    )


async def _name_variants(context: CommandContext, preview: TopicPreview) -> tuple[TopicVariant, ...]:
    """Whose name the topic is, where it brought nothing as a subject."""
    first = preview.archive.first_day
    if preview.week or first is None:
        return ()
    return await find_name_variants(context.services, preview.topic, first, context.today)


def _headline(context: CommandContext, topic: Topic, chat: Chat) -> LazyText:
    if context.personal:
        return _following_headline(topic)
    values: dict[str, TextValue] = {"topic": format_short(topic), "rhythm": format_schedule(chat.settings)}
    if chat.kind is ChatKind.CHANNEL:
        return t("✓ This channel follows <b>{topic}</b>; {rhythm}.", **values)
    if not context.call.person_name:
        return t("✓ This group follows <b>{topic}</b>; {rhythm}, without sound.", **values)
    setter = context.call.person_name
    return t("✓ This group follows <b>{topic}</b> (set by {name}); {rhythm}, without sound.", name=setter, **values)


def _following_headline(topic: Topic) -> LazyText:
    match topic.expression:
        case Field(FieldName.AUTHOR, name):
            return t("✓ Following the author <b>{name}</b>", name=name)
        case Field(FieldName.ORG, name):
            return t("✓ Following the lab <b>{name}</b>", name=name)
        case Field(FieldName.FIELD, name):
            return t("✓ Following the whole field <b>{name}</b>", name=name)
        case Trending():
            return t("✓ Following <b>trending</b>: the {n} most voted papers of each day", n=TRENDING_SIZE)
    return t("✓ Following <b>{topic}</b>", topic=format_short(topic))


def _with_zone_hint(view: View, context: CommandContext) -> View:
    """Said once, with the first topic: until a zone is chosen the digest leaves at 13:00 UTC."""
    example = context.usage("when 09:00 Europe/Berlin")
    hint = t("I don’t know your time zone yet. Tap a city, or say it: <code>{example}</code>", example=example)
    cities = [
        button(t("{city}", city=truncate(zone_name(zone), LABEL_WIDTHS[3])), f"when {zone}")
        for zone in suggested_zones(context.call.language)
    ]
    return replace(view, blocks=(*view.blocks[:-1], Footer(hint), view.blocks[-1], button_rows(cities)))


async def again(context: CommandContext) -> View:
    """Takes stopping several topics back."""
    await follow_all(context, [parse_topic(text, "subscribe") for text in context.argument.split(TOPIC_SEPARATOR)])
    return await topics_list(context)


async def change(context: CommandContext) -> View:
    """Follows a variant of a topic in its place: ``change benchmark => benchmark has:code``."""
    old, new = parse_replacement(context.argument, "change")
    return await _replaced_view(context, old, context.services.as_followed(new))


async def _replaced_view(context: CommandContext, old: Topic, new: Topic) -> View:
    chat, replaced = await replace_subscription(context, old, new)
    undo = change_command(new, replaced.topic) if replaced else f"unsubscribe {format_short(new)}"
    return replace(await _following_view(context, chat, new, undo), replaces_message=True)


COMMANDS = (
    Command(
        "subscribe",
        t("follow a topic, an author or a lab"),
        subscribe,
        aliases=("follow",),
        argument="TOPIC",
        examples=("subscribe diffusion", 'subscribe author:"Yann LeCun"', "subscribe reasoning -math has:code"),
        changes=True,
        private=True,
        menu=True,
    ),
    Command(
        FOLLOW_ANYWAY,
        t("follow words that no paper says yet"),
        follow_anyway,
        argument="TOPIC",
        changes=True,
        hidden=True,
        private=True,
    ),
    Command(
        "change",
        t("follow another form of a topic in its place"),
        change,
        argument="OLD => NEW",
        examples=("change diffusion => diffusion has:code",),
        changes=True,
        hidden=True,
        private=True,
    ),
    Command(
        "again",
        t("follow several topics again that were stopped"),
        again,
        argument="TOPIC ;; TOPIC",
        changes=True,
        hidden=True,
        private=True,
    ),
)
