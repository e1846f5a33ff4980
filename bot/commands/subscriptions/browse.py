"""The catalogue to tap through: areas, then their topics with what each brought last week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chats import Subscription
from bot.commands.core.command import Command, CommandContext
from bot.commands.queries.topic_input import REPLACEMENT_ARROW, find_subscription, parse_topic
from bot.commands.subscriptions.topic_list import suggested_topic_buttons
from bot.commands.subscriptions.transactions import follow, unfollow
from bot.commands.ui.buttons import (
    LABEL_WIDTHS,
    button,
    button_rows,
    page_buttons,
    page_slice,
    primary_button,
    truncate,
    two_columns,
    with_count,
)
from bot.errors import InputError
from bot.i18n import LazyText, t, tn
from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic
from bot.topics import Topic
from bot.views import Button, Buttons, Prompt, TextBlock, View


def catalogue_areas(catalogue: Catalogue) -> list[str]:
    """The areas in the catalogue's order."""
    return list(dict.fromkeys(topic.area for topic in catalogue.topics))


def choose_topic_view(context: CommandContext) -> View:
    """Asks for a topic, with a few to tap and the areas of the catalogue."""
    question = Prompt(
        t("What do you want to follow? A topic, an author or a lab; one at a time."),
        "subscribe",
        t("for example: diffusion"),
    )
    return View((question, button_rows(*suggested_topic_buttons().rows, *area_buttons(context.services.catalogue))))


def area_buttons(catalogue: Catalogue) -> list[tuple[Button, ...]]:
    """One button an area, with how many topics it holds."""
    topics = Counter(topic.area for topic in catalogue.topics)
    return list(two_columns(button(_area_label(area, n), f"browse {area}") for area, n in topics.items()))


def _area_label(area: str, n: int) -> LazyText:
    return t("{area} · {n}", n=n, area=truncate(_capitalized(area), LABEL_WIDTHS[2] - 5))


def _capitalized(area: str) -> str:
    return area[:1].upper() + area[1:]


async def browse(context: CommandContext) -> View:
    """``browse vision`` shows the topics of an area, ``browse vision => diffusion`` taps one on or off.

    Raises InputError for an unknown area.
    """
    area, _, tapped = (part.strip() for part in context.argument.partition(REPLACEMENT_ARROW))
    known = {each.casefold(): each for each in catalogue_areas(context.services.catalogue)}
    if not area:
        return choose_topic_view(context)
    if area.casefold() not in known:
        raise InputError(
            t("There is no area <b>{area}</b>.", area=area),
            input=area,
            suggestions=tuple(f"browse {each}" for each in list(known.values())[:3]),
        )
    if tapped:
        await _toggle_topic(context, parse_topic(tapped, "subscribe"))
    return replace(
        await _area_view(context, known[area.casefold()]), replaces_message=context.call.pressed_message is not None
    )


async def _toggle_topic(context: CommandContext, topic: Topic) -> None:
    known = find_subscription(await _subscriptions(context), topic)
    if known is None:
        await follow(context, context.services.as_followed(topic))
    else:
        await unfollow(context, [known])


async def _subscriptions(context: CommandContext) -> list[Subscription]:
    async with context.services.storage.read() as work:
        return await work.subscriptions.of_chat(context.chat.id)


async def _area_view(context: CommandContext, area: str) -> View:
    topics = [topic for topic in context.services.catalogue.topics if topic.area == area]
    shown = page_slice(context.page, len(topics))
    counts = await context.services.count_week([each.name for each in topics[shown]], context.today)
    subscriptions = await _subscriptions(context)
    taps = [_topic_button(area, each, counts, subscriptions) for each in topics[shown]]
    tap = t("Tap to follow; in brackets the papers of the last 7 days.") if counts else t("Tap to follow.")
    one, many = "<b>{area}</b>: {n} topic. {tap}", "<b>{area}</b>: {n} topics. {tap}"
    line = tn(one, many, len(topics), area=_capitalized(area), tap=tap)
    last = [button(t("Other areas"), "browse"), primary_button(t("Done"), "topics")]
    return View((TextBlock(line), _area_rows(taps, page_buttons(shown, len(topics), f"browse {area}"), last)))


def _area_rows(taps: Sequence[Button], pages: tuple[Button, ...], last: Sequence[Button]) -> Buttons:
    return button_rows(*two_columns(taps), pages, last)


def _topic_button(
    area: str, topic: CatalogueTopic, counts: Mapping[str, int], subscriptions: Sequence[Subscription]
) -> Button:
    ticked = find_subscription(subscriptions, parse_topic(topic.name, "subscribe")) is not None
    label = t("✓ {label}", label=topic.label) if ticked else t("{label}", label=topic.label)
    if topic.name in counts:
        label = with_count(label, counts[topic.name], LABEL_WIDTHS[1])
    return button(label, f"browse {area} {REPLACEMENT_ARROW} {topic.name}")


COMMANDS = (
    Command(
        "browse",
        t("topics by area, to tap"),
        browse,
        aliases=("areas",),
        argument="[AREA]",
        changes=lambda argument: REPLACEMENT_ARROW in argument,
        hidden=True,
        private=True,
    ),
)
