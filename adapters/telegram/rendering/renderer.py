"""Views as Telegram shows them: block by block into paragraphs, then into messages that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, assert_never

from adapters.telegram.rendering.entities import Paragraph, Spans, html_text, merged, plain_text
from adapters.telegram.rendering.splitting import Group, in_messages
from bot.i18n import Link, Sentence, Span, Translator, Value, say, say_n
from bot.papers import Paper
from bot.rendering.paper_facts import authors_shown, shown_facts
from bot.views import (
    Banner,
    Block,
    Buttons,
    Document,
    Line,
    Mistake,
    PaperCard,
    PaperEntry,
    Question,
    Quote,
    SmallPrint,
    TitleLine,
    Titles,
    View,
)

# Two lines that fill less than two of a phone's each read as one paragraph.
SHORT_LINE: Final = 75


@dataclass(frozen=True, slots=True)
class Text:
    """One message's text, and the same without markup for a server that can't read ours."""

    html: str
    plain: str


def texts(view: View) -> list[Text]:
    """The messages of a view, buttons and files left out; none where it has no text."""
    groups = in_messages(_groups(view.blocks, translator(view.language)))
    return [Text(html_text(group), plain_text(group)) for group in groups]


@lru_cache(maxsize=32)
def translator(language: str) -> Translator:
    return Translator(language)


def _groups(blocks: Iterable[Block], language: Translator) -> Iterator[Group]:
    """Each block's paragraphs, the first one moved up to the block before where both are short."""
    before: Block | None = None
    short_before = False
    for block in blocks:
        group = tuple(paragraph for paragraph in _block(block, language) if any(paragraph.lines))
        if not group:
            continue
        short = _is_short(group)
        close = _belongs_under(before, block, both_short=short and short_before)
        yield (replace(group[0], close=close), *group[1:])
        before, short_before = block, short


def _is_short(group: Group) -> bool:
    return len(group) == 1 and len(plain_text(group)) <= SHORT_LINE


def _belongs_under(before: Block | None, block: Block, *, both_short: bool) -> bool:
    if not isinstance(before, Line | SmallPrint):
        return False
    if isinstance(block, Titles):
        return not block.folded and block.heading is None
    return both_short and isinstance(block, Line | SmallPrint)


def _block(block: Block, language: Translator) -> tuple[Paragraph, ...]:
    match block:
        case Line(sentence) | SmallPrint(sentence):
            return (_line(language.spans(sentence)),)
        case Banner(sentence):
            return (_line(replace(span, bold=True) for span in language.spans(sentence)),)
        case Quote(text):
            return (_quote(text),)
        case PaperEntry():
            return _entry(block, language)
        case Titles():
            return (_titles(block, language),)
        case PaperCard():
            return _card(block, language)
        case Mistake():
            return _mistake(block, language)
        case Question():
            return _question(block, language)
        case Document() | Buttons():
            return ()
        case _:
            assert_never(block)


def _line(spans: Iterable[Span]) -> Paragraph:
    return Paragraph((merged(spans),))


def _quote(text: str, *, close: bool = False) -> Paragraph:
    # One line: an expandable quote folds by itself after three lines of the screen.
    return Paragraph((merged([Span(" ".join(text.split()))]),), folded=True, close=close)


def _entry(entry: PaperEntry, language: Translator) -> tuple[Paragraph, ...]:
    number = [Span(str(entry.number), bold=True), Span(" ")] if entry.number else []
    title = _line([*number, Span(entry.paper.title, href=entry.paper.url)])
    facts = _line(_dotted(_entry_facts(entry, language)))
    summary = (_quote(entry.tldr, close=True),) if entry.tldr.strip() else ()
    return (title, *summary, replace(facts, close=True))


def _entry_facts(entry: PaperEntry, language: Translator) -> list[Spans]:
    parts = _facts(entry.paper, language)
    if entry.topics is not None:
        parts.append(_italic(language, entry.topics))
    return [*parts, *(language.spans(mark) for mark in entry.marks)]


def _facts(paper: Paper, language: Translator) -> list[Spans]:
    """Votes, whose it is, its code and comments, as far as they say something."""
    facts = shown_facts(paper)
    parts: list[Spans] = [_votes(facts.upvotes), (Span(facts.by),)]
    if facts.code_url:
        parts.append(language.spans(_code(facts.code_url, facts.stars)))
    if facts.comments:
        parts.append(language.spans(say_n("{n} comment", "{n} comments", facts.comments)))
    return parts


def _votes(upvotes: int) -> Spans:
    return (Span(f"▲{upvotes}"),)


def _code(url: str, stars: int) -> Sentence:
    link: Value = Link("code", url)
    return say("{code} ★{stars}", code=link, stars=stars) if stars else say("{code}", code=link)


def _italic(language: Translator, sentence: Sentence) -> Spans:
    return tuple(replace(span, italic=True) for span in language.spans(sentence))


def _dotted(parts: Iterable[Spans]) -> Iterator[Span]:
    """The parts with dots between them; empty ones are left out."""
    for position, part in enumerate(part for part in parts if any(span.text for span in part)):
        if position:
            yield Span(" · ")
        yield from part


def _titles(titles: Titles, language: Translator) -> Paragraph:
    heading = (merged(language.spans(titles.heading)),) if titles.heading else ()
    lines = tuple(merged(_title(line, language)) for line in titles.lines)
    return Paragraph((*heading, *lines), folded=titles.folded)


def _title(line: TitleLine, language: Translator) -> Iterator[Span]:
    yield Span(f"{line.number} " if line.number else "· ")
    yield Span(line.paper.title, href=line.paper.url)
    if line.day:
        yield Span(f" · {language.day(line.day)}")
    if line.upvotes:
        yield Span(f" ▲{line.paper.upvotes}")
    if line.note is not None:
        yield from (Span(" ("), *_italic(language, line.note), Span(")"))


def _card(card: PaperCard, language: Translator) -> tuple[Paragraph, ...]:
    paper = card.paper
    facts = _facts(paper, language)
    head = Paragraph(
        (
            (Span(paper.title, bold=True),),
            merged(_dotted([(Span(_lab(paper)),), language.spans(_authors(paper))])),
            merged(_dotted([language.spans(say("listed {day}", day=paper.listed_on)), facts[0]])),
        )
    )
    abstract = (_quote(paper.abstract),) if paper.abstract.strip() else ()
    why = tuple(_line(language.spans(say("<b>Why:</b> {reason}", reason=reason))) for reason in card.why)
    foot = (*why, _line(_dotted([*_addresses(paper, language), *facts[2:]])))
    return (_without_gaps(head), *abstract, *(replace(each, close=True) for each in foot))


def _lab(paper: Paper) -> str:
    return paper.organization.shown if paper.organization else ""


def _authors(paper: Paper) -> Sentence:
    names, more = authors_shown(paper)
    return say("{authors} +{n}", authors=names, n=more) if more else say("{authors}", authors=names)


def _addresses(paper: Paper, language: Translator) -> list[Spans]:
    page = Link("arXiv" if "arxiv.org" in paper.url else "Hugging Face", paper.url)
    links = [page, Link("PDF", paper.pdf_url), Link("project", paper.project_url)]
    return [language.spans(say("{link}", link=link)) for link in links if link.url]


def _without_gaps(paragraph: Paragraph) -> Paragraph:
    return replace(paragraph, lines=tuple(line for line in paragraph.lines if line))


def _mistake(mistake: Mistake, language: Translator) -> tuple[Paragraph, ...]:
    said = _line(language.spans(mistake.sentence))
    if not mistake.text or mistake.place is None:
        return (said,)
    return (said, replace(_line(_marked(mistake.text, *mistake.place)), close=True))


def _marked(text: str, start: int, end: int) -> tuple[Span, ...]:
    """What was typed, the place meant in bold; an arrow where the place is a gap between characters."""
    meant = Span(text[start:end], bold=True) if text[start:end].strip() else Span("▸", bold=True)
    return Span(text[:start], code=True), meant, Span(text[end:], code=True)


def _question(question: Question, language: Translator) -> tuple[Paragraph, ...]:
    asked = _line(language.spans(question.sentence))
    if question.placeholder is None:
        return (asked,)
    hint = say("{hint} – type <code>/{command} …</code>", hint=question.placeholder, command=question.command)
    return (asked, replace(_line(language.spans(hint)), close=True))
