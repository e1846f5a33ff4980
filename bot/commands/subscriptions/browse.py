"""The catalogue to tap through: areas, then their topics with what each brought last week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chats import Subscription
from bot.commands.core.command import Asked, Command
from bot.commands.queries.topic_input import ARROW, followed, read_topic
from bot.commands.subscriptions.topic_list import suggested_topics
from bot.commands.subscriptions.transactions import follow, unfollow
from bot.commands.ui.buttons import ROOM, button, in_rows, page_buttons, page_of, paired, priced, primary, rows, short
from bot.errors import UserMistake
from bot.i18n import Sentence, say, say_n
from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic
from bot.topics import Topic
from bot.views import Button, Buttons, Line, Question, View


def areas(catalogue: Catalogue) -> list[str]:
    """The areas in the catalogue's order."""
    return list(dict.fromkeys(topic.area for topic in catalogue.topics))


def what_to_follow(asked: Asked) -> View:
    """Asks for a topic, with a few to tap and the areas of the catalogue."""
    question = Question(
        say("What do you want to follow? A topic, an author or a lab; one at a time."),
        "subscribe",
        say("for example: diffusion"),
    )
    return View((question, rows(*suggested_topics().rows, *area_buttons(asked.services.catalogue))))


def area_buttons(catalogue: Catalogue) -> list[tuple[Button, ...]]:
    """One button an area, with how many topics it holds."""
    topics = Counter(topic.area for topic in catalogue.topics)
    return in_rows([button(_area_label(area, n), f"browse {area}") for area, n in topics.items()], 2)


def _area_label(area: str, n: int) -> Sentence:
    return say_n("{area} · {n} topic", "{area} · {n} topics", n, area=short(_shown(area), 8))


def _shown(area: str) -> str:
    return area[:1].upper() + area[1:]


async def browse(asked: Asked) -> View:
    """``browse vision`` shows the topics of an area, ``browse vision => diffusion`` taps one on or off."""
    area, _, tapped = (part.strip() for part in asked.argument.partition(ARROW))
    known = {each.casefold(): each for each in areas(asked.services.catalogue)}
    if not area:
        return what_to_follow(asked)
    if area.casefold() not in known:
        raise UserMistake(
            say("There is no area <b>{area}</b>.", area=area),
            text=area,
            suggestions=tuple(f"browse {each}" for each in list(known.values())[:3]),
        )
    if tapped:
        await _tap(asked, read_topic(tapped, "subscribe"))
    return replace(await _area(asked, known[area.casefold()]), in_place=asked.call.pressed is not None)


async def _tap(asked: Asked, topic: Topic) -> None:
    known = followed(await _subscriptions(asked), topic)
    if known is None:
        await follow(asked, await asked.services.followed_as(topic, asked.today))
    else:
        await unfollow(asked, [known])


async def _subscriptions(asked: Asked) -> list[Subscription]:
    async with asked.services.storage.read() as work:
        return await work.topics.of_chat(asked.chat.id)


async def _area(asked: Asked, area: str) -> View:
    topics = [topic for topic in asked.services.catalogue.topics if topic.area == area]
    shown = page_of(asked.page, len(topics))
    counts = await asked.services.week_of([each.name for each in topics[shown]], asked.today)
    subscriptions = await _subscriptions(asked)
    taps = [_topic_button(area, each, counts, subscriptions) for each in topics[shown]]
    tap = say("Tap to follow; in brackets the papers of the last 7 days.") if counts else say("Tap to follow.")
    one, many = "<b>{area}</b>: {n} topic. {tap}", "<b>{area}</b>: {n} topics. {tap}"
    line = say_n(one, many, len(topics), area=_shown(area), tap=tap)
    last = [button(say("Other areas"), "browse"), primary(say("Done"), "topics")]
    return View((Line(line), _rows(taps, page_buttons(shown, len(topics), f"browse {area}"), last)))


def _rows(taps: Sequence[Button], pages: tuple[Button, ...], last: Sequence[Button]) -> Buttons:
    return rows(*paired(taps), pages, last)


def _topic_button(
    area: str, topic: CatalogueTopic, counts: Mapping[str, int], subscriptions: Sequence[Subscription]
) -> Button:
    ticked = followed(subscriptions, read_topic(topic.name, "subscribe")) is not None
    label = say("✓ {label}", label=topic.label) if ticked else say("{label}", label=topic.label)
    if topic.name in counts:
        label = priced(label, counts[topic.name], ROOM[1])
    return button(label, f"browse {area} {ARROW} {topic.name}")


COMMANDS = (
    Command(
        "browse",
        say("topics by area, to tap"),
        browse,
        aliases=("areas",),
        argument="[AREA]",
        changes=lambda argument: ARROW in argument,
        hidden=True,
        private=True,
    ),
)
