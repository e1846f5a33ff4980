"""Views as Telegram shows them: block by block into paragraphs, then into messages that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, assert_never

from adapters.telegram.rendering.entities import MessageParagraph, Spans, html_text, merge_spans, plain_text
from adapters.telegram.rendering.splitting import ParagraphGroup, split_messages
from bot.i18n import LazyText, Link, StyledText, TextValue, Translator, t, tn
from bot.papers import Paper
from bot.rendering.paper_facts import leading_authors, visible_facts
from bot.views import (
    Banner,
    Block,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperListItem,
    PaperSummary,
    Prompt,
    Quote,
    TextBlock,
    View,
)

# Two lines that fill less than two of a phone's each read as one paragraph.
SHORT_LINE: Final = 75


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message's text, and the same without markup for a server that can't read ours."""

    html: str
    plain: str


def render_texts(view: View) -> list[MessageText]:
    """The messages of a view, buttons and files left out; none where it has no text."""
    groups = split_messages(_groups(view.blocks, translator_for(view.language)))
    return [MessageText(html_text(group), plain_text(group)) for group in groups]


@lru_cache(maxsize=32)
def translator_for(language: str) -> Translator:
    return Translator(language)


def _groups(blocks: Iterable[Block], language: Translator) -> Iterator[ParagraphGroup]:
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


def _is_short(group: ParagraphGroup) -> bool:
    return len(group) == 1 and len(plain_text(group)) <= SHORT_LINE


def _belongs_under(before: Block | None, block: Block, *, both_short: bool) -> bool:
    if not isinstance(before, TextBlock | Footer):
        return False
    if isinstance(block, PaperList):
        return not block.folded and block.heading is None
    return both_short and isinstance(block, TextBlock | Footer)


def _block(block: Block, language: Translator) -> tuple[MessageParagraph, ...]:
    match block:
        case TextBlock(text) | Footer(text):
            return (_line(language.styled_parts(text)),)
        case Banner(text):
            return (_line(replace(span, bold=True) for span in language.styled_parts(text)),)
        case Quote(text):
            return (_quote(text),)
        case PaperSummary():
            return _summary(block, language)
        case PaperList():
            return (_titles(block, language),)
        case PaperCard():
            return _card(block, language)
        case InputErrorBlock():
            return _input_error(block, language)
        case Prompt():
            return _prompt(block, language)
        case Document() | Buttons():
            return ()
        case _:
            assert_never(block)


def _line(spans: Iterable[StyledText]) -> MessageParagraph:
    return MessageParagraph((merge_spans(spans),))


def _quote(text: str, *, close: bool = False) -> MessageParagraph:
    # One line: an expandable quote folds by itself after three lines of the screen.
    return MessageParagraph((merge_spans([StyledText(" ".join(text.split()))]),), folded=True, close=close)


def _summary(summary: PaperSummary, language: Translator) -> tuple[MessageParagraph, ...]:
    number = [StyledText(str(summary.number), bold=True), StyledText(" ")] if summary.number else []
    title = _line([*number, StyledText(summary.paper.title, href=summary.paper.url)])
    facts = _line(summary_facts(summary, language))
    tldr = (_quote(summary.tldr, close=True),) if summary.tldr.strip() else ()
    return (title, *tldr, replace(facts, close=True))


def summary_facts(summary: PaperSummary, language: Translator) -> Iterator[StyledText]:
    """The line under a paper's summary: votes, whose it is, code, the topics, remarks."""
    parts = _facts(summary.paper, language)
    if summary.topics is not None:
        parts.append(_italic(language, summary.topics))
    return _join_facts([*parts, *(language.styled_parts(mark) for mark in summary.notes)])


def _facts(paper: Paper, language: Translator) -> list[Spans]:
    """Votes, whose it is, its code and comments, as far as they say something."""
    facts = visible_facts(paper)
    parts: list[Spans] = [_votes(facts.upvotes), (StyledText(facts.attribution),)]
    if facts.code_url:
        parts.append(language.styled_parts(_code(facts.code_url, facts.stars)))
    if facts.comments:
        parts.append(language.styled_parts(tn("{n} comment", "{n} comments", facts.comments)))
    return parts


def _votes(upvotes: int) -> Spans:
    return (StyledText(f"▲{upvotes}"),)


def _code(url: str, stars: int) -> LazyText:
    link: TextValue = Link("code", url)
    return t("{code} ★{stars}", code=link, stars=stars) if stars else t("{code}", code=link)


def _italic(language: Translator, text: LazyText) -> Spans:
    return tuple(replace(span, italic=True) for span in language.styled_parts(text))


def _join_facts(parts: Iterable[Spans]) -> Iterator[StyledText]:
    """The parts with dots between them; empty ones are left out."""
    for position, part in enumerate(part for part in parts if any(span.text for span in part)):
        if position:
            yield StyledText(" · ")
        yield from part


def _titles(titles: PaperList, language: Translator) -> MessageParagraph:
    heading = (merge_spans(language.styled_parts(titles.heading)),) if titles.heading else ()
    lines = tuple(merge_spans(_title(line, language)) for line in titles.items)
    return MessageParagraph((*heading, *lines), folded=titles.folded)


def _title(line: PaperListItem, language: Translator) -> Iterator[StyledText]:
    yield StyledText(f"{line.number} " if line.number else "· ")
    yield StyledText(line.paper.title, href=line.paper.url)
    if line.day:
        yield StyledText(f" · {language.format_day(line.day)}")
    if line.upvotes:
        yield StyledText(f" ▲{line.paper.upvotes}")
    if line.note is not None:
        yield from (StyledText(" ("), *_italic(language, line.note), StyledText(")"))


def card_lines(card: PaperCard, language: Translator) -> Iterator[Spans]:
    """What a card says besides title and abstract: who, when and votes, why it came, where it is."""
    paper, facts = card.paper, _facts(card.paper, language)
    day = language.styled_parts(t("listed {day}", day=paper.listed_on))
    yield tuple(_join_facts([(StyledText(_lab(paper)),), language.styled_parts(_authors(paper)), day, facts[0]]))
    for reason in card.reasons:
        yield language.styled_parts(t("<b>Why:</b> {reason}", reason=reason))
    yield tuple(_join_facts([*_addresses(paper, language), *facts[2:]]))


def _card(card: PaperCard, language: Translator) -> tuple[MessageParagraph, ...]:
    paper = card.paper
    facts = _facts(paper, language)
    head = MessageParagraph(
        (
            (StyledText(paper.title, bold=True),),
            merge_spans(_join_facts([(StyledText(_lab(paper)),), language.styled_parts(_authors(paper))])),
            merge_spans(_join_facts([language.styled_parts(t("listed {day}", day=paper.listed_on)), facts[0]])),
        )
    )
    abstract = (_quote(paper.abstract),) if paper.abstract.strip() else ()
    why = tuple(_line(language.styled_parts(t("<b>Why:</b> {reason}", reason=reason))) for reason in card.reasons)
    foot = (*why, _line(_join_facts([*_addresses(paper, language), *facts[2:]])))
    return (_without_empty_lines(head), *abstract, *(replace(each, close=True) for each in foot))


def _lab(paper: Paper) -> str:
    return paper.organization.display_name if paper.organization else ""


def _authors(paper: Paper) -> LazyText:
    names, more = leading_authors(paper)
    return t("{authors} +{n}", authors=names, n=more) if more else t("{authors}", authors=names)


def _addresses(paper: Paper, language: Translator) -> list[Spans]:
    page = Link("arXiv" if "arxiv.org" in paper.url else "Hugging Face", paper.url)
    links = [page, Link("PDF", paper.pdf_url), Link("project", paper.project_url)]
    return [language.styled_parts(t("{link}", link=link)) for link in links if link.url]


def _without_empty_lines(paragraph: MessageParagraph) -> MessageParagraph:
    return replace(paragraph, lines=tuple(line for line in paragraph.lines if line))


def _input_error(error: InputErrorBlock, language: Translator) -> tuple[MessageParagraph, ...]:
    message = _line(language.styled_parts(error.message))
    if not error.input or error.span is None:
        return (message,)
    return (message, replace(_line(_highlight(error.input, *error.span)), close=True))


def _highlight(text: str, start: int, end: int) -> tuple[StyledText, ...]:
    """What was typed, its wrong span in bold; an arrow where the span lies between two characters."""
    highlighted = StyledText(text[start:end], bold=True) if text[start:end].strip() else StyledText("▸", bold=True)
    return StyledText(text[:start], code=True), highlighted, StyledText(text[end:], code=True)


def _prompt(prompt: Prompt, language: Translator) -> tuple[MessageParagraph, ...]:
    text = _line(language.styled_parts(prompt.text))
    if prompt.placeholder is None:
        return (text,)
    hint = t("{hint} – type <code>/{command} …</code>", hint=prompt.placeholder, command=prompt.command)
    return (text, replace(_line(language.styled_parts(hint)), close=True))
