"""Why a paper came, and why another did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chats import Chat, ChatStatus, Subscription
from bot.commands.core.command import Command, CommandContext
from bot.commands.papers.card_view import back_label, replace_card, resolve_paper
from bot.commands.papers.decisions import TopicDecision, TopicOutcome, decide_topics, reason_clause
from bot.commands.papers.mismatch import match_fraction, mismatch_reasons
from bot.commands.papers.past_digests import find_sent_digest
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, truncate
from bot.commands.ui.dates import format_moment
from bot.commands.ui.navigation import edits_in_place, split_origin, with_origin
from bot.decisions.muting import muting_topic
from bot.deliveries import DigestContent, SelectedPaper
from bot.i18n import JoinedText, LazyText, Link, join_texts, t, tn
from bot.papers import Paper
from bot.planning.selection import topic_counts
from bot.rendering.match_reasons import match_reasons_text, topic_label
from bot.sources import sources
from bot.tex import readable_tex
from bot.topics.ast import TRENDING_SIZE
from bot.topics.formatter import format_short, format_topic
from bot.views import Block, Button, Footer, PaperList, PaperListItem, Prompt, TextBlock, View

LONG_DIGEST_PAPERS = 7  # papers; a digest of more comes partly as titles
TOPICS_SHOWN = 2


def count_by_sole_topic(chosen: Sequence[SelectedPaper]) -> list[tuple[str, int]]:
    """The topics that alone brought the most papers of a long digest, as formatted, with how many that were."""
    if len(chosen) <= LONG_DIGEST_PAPERS:
        return []
    alone = Counter(one.topics[0].topic for one in chosen if len(one.topics) == 1)
    return [(topic, n) for topic, n in alone.most_common(TOPICS_SHOWN) if n > 1]


def reduce_digest_blocks(chosen: Sequence[SelectedPaper]) -> tuple[list[TextBlock], list[list[Button]]]:
    """*benchmark alone brought 8 of these 22.*, and what can be done about each."""
    found = count_by_sole_topic(chosen)
    lines = [
        TextBlock(t("<b>{topic}</b> alone brought {n} of these {all}.", topic=topic_label(topic), n=n, all=len(chosen)))
        for topic, n in found
    ]
    return lines, [_reduce_buttons(topic) for topic, _ in found]


def _reduce_buttons(topic: str) -> list[Button]:
    stop = t("Stop {topic}", topic=truncate(topic_label(topic), LABEL_WIDTHS[2] - 5))
    return [button(stop, f"unsubscribe {topic}"), button(t("Make it stricter"), f"edit {topic}")]


DIGEST_PREFIX = "digest "
MAX_NEAREST = 3
LATE_MATCH_PERIOD = timedelta(days=7)


async def why(context: CommandContext) -> View:
    """The outcome of each of the chat's topics on one paper, and when it came or why not; or the same for a digest."""
    if not context.argument:
        question = t(
            "Which paper? Send its {archive} id or address, and I say why it came or did not.",
            archive=sources().archive.title,
        )
        return View((Prompt(question, "why", t("for example: 2608.16859")),))
    if context.argument.startswith(DIGEST_PREFIX):
        return await _digest_explanation(context, context.argument.removeprefix(DIGEST_PREFIX).strip())
    name, origin = split_origin(context.argument)
    found = await resolve_paper(context, name)
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        came = (await work.outbox.sent_papers(context.chat.id, [found.id])).get(found.id)
        waiting = await work.subscriptions.candidates(
            [context.chat.id], context.today, context.services.sample_platforms
        )
    topics = await decide_topics(context.services.storage, found, subscriptions, context.today)
    comes = found.id in {candidate.paper.id for candidate in waiting[context.chat.id]}
    outcome = _outcome_sentence(context, _PaperStatus(found, topics, came, comes))
    to_card = button(t("The card"), with_origin(f"paper {found.id}", origin))
    buttons = button_rows([to_card, button(t("Topics"), "topics")])
    title = TextBlock(t("{title}", title=Link(readable_tex(found.title), found.url)))
    return replace_card(context, View((title, TextBlock(outcome), *_decision_blocks(found, topics), buttons)), origin)


@dataclass(frozen=True, slots=True)
class _PaperStatus:
    """The paper asked about, what the topics make of it, the day of the digest it is in, and whether it is to come."""

    paper: Paper
    topics: Sequence[TopicDecision]
    delivered_on: date | None
    is_upcoming: bool


def _outcome_sentence(context: CommandContext, about: _PaperStatus) -> LazyText:
    """When it came, or the one thing that kept it away."""
    if about.delivered_on is not None:
        return _delivered_sentence(about.paper, about.delivered_on)
    if not about.topics:
        return t("It did not come: nothing is followed here yet.")
    matching = [each.subscription for each in about.topics if each.outcome is TopicOutcome.YES]
    if matching and (muted := muting_topic(context.chat.settings, about.paper)):
        return t("It did not come: <i>{topic}</i> is muted here.", topic=muted)
    if matching:
        return _not_sent_sentence(context, about, matching)
    waiting = [each for each in about.topics if each.outcome is TopicOutcome.WAITS]
    if waiting and all(each.subscription.topic.is_trending for each in waiting):
        return t("Not yet: its day’s list is still growing.")
    if waiting:
        return _waiting_sentence(context, about)
    one, many = "It did not come: your topic doesn’t match.", "It did not come: none of your {n} topics matches."
    return tn(one, many, len(about.topics))


def _delivered_sentence(paper: Paper, day: date) -> LazyText:
    again = paper.relisted_on
    if again is None:
        return t("It is in your digest of {day}.", day=day)
    if again > day:
        return t(
            "It is in your digest of {day}; listed again on {again}, it does not come twice.", day=day, again=again
        )
    return t(
        "It is in your digest of {day}: first listed on {first}, and again on {again}.",
        day=day,
        first=paper.listed_on,
        again=again,
    )


def _waiting_sentence(context: CommandContext, about: _PaperStatus) -> LazyText:
    if _is_still_in_time(context, about):
        return t("Not yet: it comes if what is still missing appears within 7 days of its list.")
    return t("It did not come: what is missing had to appear within 7 days of its list.")


def _is_still_in_time(context: CommandContext, about: _PaperStatus) -> bool:
    """Whether what is missing can still make it come."""
    return context.today - about.paper.list_day() <= LATE_MATCH_PERIOD


def _not_sent_sentence(context: CommandContext, about: _PaperStatus, matching: Sequence[Subscription]) -> LazyText:
    """A topic matches, and still it was not sent."""
    chat, listed = context.chat, about.paper.list_day()
    first = min(matching, key=lambda each: each.added_on)
    if listed < first.added_on:
        return t(
            "It did not come: it was listed on {listed}, before you followed <i>{topic}</i> ({followed}).",
            listed=listed,
            topic=format_short(first.topic),
            followed=first.added_on,
        )
    if listed < chat.eligible_from:
        return t(
            "It did not come: it was listed on {listed}, and your digests start with the list of {start}.",
            listed=listed,
            start=chat.eligible_from,
        )
    if not about.is_upcoming and not _is_still_in_time(context, about):
        return t("It did not come: what it waited for appeared more than 7 days after its list.")
    return _upcoming_sentence(chat, context, about.paper)


def _upcoming_sentence(chat: Chat, context: CommandContext, paper: Paper) -> LazyText:
    if chat.status is ChatStatus.PAUSED or chat.next_digest_at is None:
        return t("It did not come: your digests are paused.")
    moment = format_moment(chat.next_digest_at, chat.settings, context.now)
    if again := paper.relisted_on:
        return t(
            "It was listed again on {again} and comes with your next digest: {moment}.", again=again, moment=moment
        )
    return t("It comes with your next digest: {moment}.", moment=moment)


def _decision_blocks(found: Paper, topics: Sequence[TopicDecision]) -> list[Block]:
    """One line for each topic that has something to do with it, the nearest first; the others are counted."""
    matching = [each for each in topics if each.outcome in (TopicOutcome.YES, TopicOutcome.WAITS)]
    failing = {each: match_fraction(each.subscription.topic, found) for each in topics if each not in matching}
    near = sorted(
        (each for each in failing if failing[each] or len(topics) == 1 or each.subscription.topic.is_trending),
        key=lambda each: -failing[each],
    )
    shown = [*matching, *near[:MAX_NEAREST]]
    lines: list[Block] = [TextBlock(_decision_line(each, found)) for each in shown]
    if others := len(topics) - len(shown):
        one, many = "{n} topic has nothing to do with it.", "{n} topics have nothing to do with it."
        lines.append(Footer(tn(one, many, others)))
    return lines


def _decision_line(each: TopicDecision, found: Paper) -> LazyText:
    topic = topic_label(format_topic(each.subscription.topic))
    match each.outcome:
        case TopicOutcome.YES:
            where = join_texts([reason_clause(reason) for reason in each.decision.reasons], "; ")
            return t("✓ <i>{topic}</i>: {where}", topic=topic, where=where)
        case TopicOutcome.WAITS:
            waits = _missing(each, found)
            return t("… <i>{topic}</i>: waits, {missing}", topic=topic, missing=waits)
    return t("✗ <i>{topic}</i>: {missing}", topic=topic, missing=_missing(each, found))


def _missing(each: TopicDecision, found: Paper) -> JoinedText | LazyText:
    if not each.subscription.topic.is_trending:
        return join_texts(mismatch_reasons(each.subscription.topic, found), "; ")
    rank = each.decision.reasons[0]
    votes, place = tn("{n} vote", "{n} votes", int(rank.found)), rank.count
    if each.outcome is TopicOutcome.WAITS:
        return t(
            "place {place} so far, {votes}; the first {n} come when the day’s list is complete",
            place=place,
            votes=votes,
            n=TRENDING_SIZE,
        )
    return t("place {place} of its day, {votes}; the first {n} came", place=place, votes=votes, n=TRENDING_SIZE)


async def _digest_explanation(context: CommandContext, number: str) -> View:
    delivery, content = await find_sent_digest(context, number)
    async with context.services.storage.read() as work:
        papers = {paper.id: paper for paper in await work.papers.get([one.paper_id for one in content.selected])}
    lines = tuple(
        PaperListItem(papers[one.paper_id], place, upvotes=False, note=match_reasons_text(one.topics))
        for place, one in enumerate(content.selected, 1)
        if one.paper_id in papers
    )
    heading = t("<b>Why these</b> · {day} · {counts}", day=content.local_day, counts=_topic_counts(content))
    hint = t("A topic brings too much? Stop it at <code>{topics}</code>.", topics=context.usage("topics"))
    too_much, taps = reduce_digest_blocks(content.selected)
    back = [button(back_label(len(lines)), f"edition {delivery.id}")] if edits_in_place(context) else []
    buttons = button_rows(*taps, back, [button(t("Topics"), "topics")])
    foot: Sequence[Block] = too_much or [Footer(hint)]
    return View((TextBlock(heading), PaperList(lines), *foot, buttons), replaces_message=edits_in_place(context))


def _topic_counts(content: DigestContent) -> JoinedText:
    counts = topic_counts(content.selected).items()
    return join_texts(t("{topic} {n}", topic=topic_label(topic), n=n) for topic, n in counts)


COMMANDS = (
    Command(
        "why",
        t("why a paper came, or why it did not"),
        why,
        argument="ID",
        examples=("why 2608.16859",),
    ),
)
