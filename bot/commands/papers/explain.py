"""Why a paper came, and why another did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chats import Chat, ChatStatus, Subscription
from bot.commands.core.command import Asked, Command
from bot.commands.papers.card_view import back_words, in_place_of_card, read_paper
from bot.commands.papers.decisions import Judged, Standing, judged, says_where
from bot.commands.papers.mismatch import lacking, nearness
from bot.commands.papers.past_digests import kept_delivery
from bot.commands.ui.buttons import ROOM, button, rows, short
from bot.commands.ui.dates import moment_words
from bot.commands.ui.navigation import coming_from, parted, unfolds
from bot.decisions.muting import muted_by
from bot.deliveries import Chosen, DigestContent
from bot.i18n import Link, Listing, Sentence, listing, say, say_n
from bot.papers import Paper
from bot.planning.selection import topic_counts
from bot.rendering.match_reasons import topic_name, topics_sentence
from bot.topics.formatter import named, printed
from bot.views import Block, Button, Line, Question, SmallPrint, TitleLine, Titles, View

MANY = 7  # papers; a digest of more comes partly as titles
SHOWN = 2


def brought_alone(chosen: Sequence[Chosen]) -> list[tuple[str, int]]:
    """The topics that alone brought the most papers of a long digest, as printed, with how many that were."""
    if len(chosen) <= MANY:
        return []
    alone = Counter(one.topics[0].topic for one in chosen if len(one.topics) == 1)
    return [(topic, n) for topic, n in alone.most_common(SHOWN) if n > 1]


def fewer(chosen: Sequence[Chosen]) -> tuple[list[Line], list[list[Button]]]:
    """*benchmark alone brought 8 of these 22.*, and what can be done about each."""
    found = brought_alone(chosen)
    lines = [
        Line(say("<b>{topic}</b> alone brought {n} of these {all}.", topic=topic_name(topic), n=n, all=len(chosen)))
        for topic, n in found
    ]
    return lines, [_taps(topic) for topic, _ in found]


def _taps(topic: str) -> list[Button]:
    stop = say("Stop {topic}", topic=short(topic_name(topic), ROOM[2] - 5))
    return [button(stop, f"unsubscribe {topic}"), button(say("Make it stricter"), f"edit {topic}")]


DIGEST = "digest "
NEAREST = 3
RISING = timedelta(days=7)


async def why(asked: Asked) -> View:
    """Where each of the chat's topics stands on one paper, and when it came or why not; or the same for a digest."""
    if not asked.argument:
        question = say("Which paper? Send its arXiv id or address, and I say why it came or did not.")
        return View((Question(question, "why", say("for example: 2608.16859")),))
    if asked.argument.startswith(DIGEST):
        return await _why_digest(asked, asked.argument.removeprefix(DIGEST).strip())
    name, origin = parted(asked.argument)
    found = await read_paper(asked, name)
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        came = (await work.outbox.sent_papers(asked.chat.id, [found.id])).get(found.id)
        waiting = await work.topics.candidates([asked.chat.id], asked.today)
    topics = await judged(found, subscriptions)
    comes = found.id in {candidate.paper.id for candidate in waiting[asked.chat.id]}
    outcome = _outcome(asked, _Asked(found, topics, came, comes))
    to_card = button(say("The card"), coming_from(f"paper {found.id}", origin))
    buttons = rows([to_card, button(say("Topics"), "topics")])
    title = Line(say("{title}", title=Link(found.title, found.url)))
    return in_place_of_card(asked, View((title, Line(outcome), *_standings(found, topics), buttons)), origin)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The paper asked about, what the topics make of it, the day of the digest it is in, and whether it is to come."""

    paper: Paper
    topics: Sequence[Judged]
    came: date | None
    comes: bool


def _outcome(asked: Asked, about: _Asked) -> Sentence:
    """When it came, or the one thing that kept it away."""
    if about.came is not None:
        return say("It is in your digest of {day}.", day=about.came)
    if not about.topics:
        return say("It did not come: nothing is followed here yet.")
    matching = [each.subscription for each in about.topics if each.standing is Standing.YES]
    if matching and (muted := muted_by(asked.chat.settings, about.paper)):
        return say("It did not come: <i>{topic}</i> is muted here.", topic=muted)
    if matching:
        return _kept_away(asked, about, matching)
    if any(each.standing is Standing.WAITS for each in about.topics):
        return _waits(asked, about)
    one, many = "It did not come: your topic doesn’t match.", "It did not come: none of your {n} topics matches."
    return say_n(one, many, len(about.topics))


def _waits(asked: Asked, about: _Asked) -> Sentence:
    if _in_time(asked, about):
        return say("Not yet: it comes if what is still missing appears within 7 days of its list.")
    return say("It did not come: what is missing had to appear within 7 days of its list.")


def _in_time(asked: Asked, about: _Asked) -> bool:
    """Whether what is missing can still make it come."""
    return asked.today - about.paper.listed_on <= RISING


def _kept_away(asked: Asked, about: _Asked, matching: Sequence[Subscription]) -> Sentence:
    """A topic matches, and still it was not sent."""
    chat, listed = asked.chat, about.paper.listed_on
    first = min(matching, key=lambda each: each.added_on)
    if listed < first.added_on:
        return say(
            "It did not come: it was listed on {listed}, before you followed <i>{topic}</i> ({followed}).",
            listed=listed,
            topic=named(first.topic),
            followed=first.added_on,
        )
    if listed < chat.counting_from:
        return say(
            "It did not come: it was listed on {listed}, and your digests start with the list of {start}.",
            listed=listed,
            start=chat.counting_from,
        )
    if not about.comes and not _in_time(asked, about):
        return say("It did not come: what it waited for appeared more than 7 days after its list.")
    return _still_to_come(chat, asked)


def _still_to_come(chat: Chat, asked: Asked) -> Sentence:
    if chat.status is ChatStatus.PAUSED or chat.next_digest_at is None:
        return say("It did not come: your digests are paused.")
    return say(
        "It comes with your next digest: {moment}.", moment=moment_words(chat.next_digest_at, chat.settings, asked.now)
    )


def _standings(found: Paper, topics: Sequence[Judged]) -> list[Block]:
    """One line for each topic that has something to do with it, the nearest first; the others are counted."""
    matching = [each for each in topics if each.standing in (Standing.YES, Standing.WAITS)]
    failing = {each: nearness(each.subscription.topic, found) for each in topics if each not in matching}
    near = sorted((each for each in failing if failing[each] or len(topics) == 1), key=lambda each: -failing[each])
    shown = [*matching, *near[:NEAREST]]
    lines: list[Block] = [Line(_standing(each, found)) for each in shown]
    if others := len(topics) - len(shown):
        one, many = "{n} topic has nothing to do with it.", "{n} topics have nothing to do with it."
        lines.append(SmallPrint(say_n(one, many, others)))
    return lines


def _standing(each: Judged, found: Paper) -> Sentence:
    topic = topic_name(printed(each.subscription.topic))
    match each.standing:
        case Standing.YES:
            where = listing([says_where(reason) for reason in each.decision.reasons], "; ")
            return say("✓ <i>{topic}</i>: {where}", topic=topic, where=where)
        case Standing.WAITS:
            waits = listing(lacking(each.subscription.topic, found), "; ")
            return say("… <i>{topic}</i>: waits, {missing}", topic=topic, missing=waits)
    missing = listing(lacking(each.subscription.topic, found), "; ")
    return say("✗ <i>{topic}</i>: {missing}", topic=topic, missing=missing)


async def _why_digest(asked: Asked, number: str) -> View:
    delivery, content = await kept_delivery(asked, number)
    async with asked.services.storage.read() as work:
        papers = {paper.id: paper for paper in await work.papers.get([one.paper_id for one in content.chosen])}
    lines = tuple(
        TitleLine(papers[one.paper_id], place, upvotes=False, note=topics_sentence(one.topics))
        for place, one in enumerate(content.chosen, 1)
        if one.paper_id in papers
    )
    heading = say("<b>Why these</b> · {day} · {counts}", day=content.local_day, counts=_counts(content))
    hint = say("A topic brings too much? Stop it at <code>{topics}</code>.", topics=asked.typed("topics"))
    too_much, taps = fewer(content.chosen)
    back = [button(back_words(len(lines)), f"edition {delivery.id}")] if unfolds(asked) else []
    buttons = rows(*taps, back, [button(say("Topics"), "topics")])
    foot: Sequence[Block] = too_much or [SmallPrint(hint)]
    return View((Line(heading), Titles(lines), *foot, buttons), in_place=unfolds(asked))


def _counts(content: DigestContent) -> Listing:
    counts = topic_counts(content.chosen).items()
    return listing(say("{topic} {n}", topic=topic_name(topic), n=n) for topic, n in counts)


COMMANDS = (
    Command(
        "why",
        say("why a paper came, or why it did not"),
        why,
        argument="ID",
        examples=("why 2608.16859",),
    ),
)
