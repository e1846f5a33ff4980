"""Papers as mrkdwn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.slack.rendering.mrkdwn import clipped, link, marked, mrkdwn
from bot.i18n import Translator, t, tn
from bot.papers import Paper
from bot.rendering.paper_facts import leading_authors, visible_facts
from bot.views import PaperCard, PaperList, PaperListItem, PaperSummary

# Room for each part, in escaped characters, so that a paper's summary is one section whatever the paper holds.
TITLE: Final = 500
TLDR: Final = 1000
NAME: Final = 200
AUTHORS: Final = 500


def paper_entry(block: PaperSummary, translator: Translator) -> str:
    """A paper with its summary: title, what it says, and the line of facts with its topics."""
    number = f"{block.number}. " if block.number else ""
    title = marked(f"{number}{title_link(block.paper)}", "*")
    facts = [*_facts(block.paper, translator), *(mrkdwn(translator, mark) for mark in block.notes)]
    if block.topics:
        facts.append(mrkdwn(translator, block.topics, italic=True))
    return "\n".join(filter(None, (title, clipped(block.tldr, TLDR), _joined(facts))))


def title_lines(block: PaperList, translator: Translator) -> str:
    """Linked titles, a line each."""
    heading = [mrkdwn(translator, block.heading)] if block.heading else []
    return "\n".join([*heading, *(_title_line(line, translator) for line in block.items)])


def paper_card(block: PaperCard, translator: Translator) -> Iterator[str]:
    """One paper with everything, part by part."""
    paper = block.paper
    yield _joined([marked(title_link(paper), "*")]) + "\n" + "\n".join(_about(paper, translator))
    if paper.abstract:
        yield clipped(paper.abstract, 10_000)
    if block.reasons:
        yield "\n".join(mrkdwn(translator, why) for why in block.reasons)
    yield _joined(_addresses(paper, translator))


def title_link(paper: Paper) -> str:
    return link(clipped(paper.title, TITLE), paper.url)


def _title_line(line: PaperListItem, translator: Translator) -> str:
    facts = [translator.format_day(line.day)] if line.day else []
    if line.upvotes:
        facts.append(f"▲ {line.paper.upvotes}")
    if line.note:
        facts.append(mrkdwn(translator, line.note, italic=True))
    sign = f"{line.number}." if line.number else "•"
    return " ".join(filter(None, (sign, title_link(line.paper), _joined(facts))))


def _facts(paper: Paper, translator: Translator) -> list[str]:
    shown = visible_facts(paper)
    facts = [f"▲ {shown.upvotes}"]
    if shown.comments:
        facts.append(translator.plain_text(tn("{n} comment", "{n} comments", shown.comments)))
    if shown.attribution:
        facts.append(clipped(shown.attribution, NAME))
    if shown.code_url:
        stars = f" ★ {shown.stars}" if shown.stars else ""
        facts.append(link(translator.plain_text(t("code")) + stars, shown.code_url))
    return facts


def _about(paper: Paper, translator: Translator) -> Iterator[str]:
    names, more = leading_authors(paper)
    by = [clipped(paper.organization.display_name, NAME)] if paper.organization else []
    by += [clipped(names, AUTHORS) + (f" +{more}" if more else "")] if names else []
    if by:
        yield _joined(by)
    yield _joined([mrkdwn(translator, t("listed {day}", day=paper.listed_on)), f"▲ {paper.upvotes}"])


def _addresses(paper: Paper, translator: Translator) -> list[str]:
    stars = f" ★ {paper.code_stars}" if paper.code_stars else ""
    named = (
        (t("Paper"), "", paper.url),
        (t("PDF"), "", paper.pdf_url),
        (t("Code"), stars, paper.code_url),
        (t("Project"), "", paper.project_url),
    )
    return [link(translator.plain_text(label) + more, url) for label, more, url in named if url]


def _joined(facts: Iterable[str]) -> str:
    return " · ".join(facts)
