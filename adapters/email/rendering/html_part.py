"""Views as HTML for mail programs: a flow of headings and paragraphs, styles inlined, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.i18n import LazyText, StyledText, Translator, t
from bot.rendering.paper_facts import leading_authors, visible_facts
from bot.tldr import tldr
from bot.views import PaperList, PaperSummary, View

_PREVIEW_LENGTH: Final = 200  # characters beside the subject in a list of mails

# A name that a template gets wrong is an error, not an empty place in the mail.
_templates = Environment(
    loader=PackageLoader("adapters.email"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.globals.update(facts_of=visible_facts, authors_of=leading_authors, tldr_of=tldr)
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def render_html(
    view: View,
    subject: str,
    foot: tuple[str, str],
    paper_link: Callable[[str], str],
    footer: str,
    *,
    summaries: bool = True,
    most_titles: int | None = None,
) -> str:
    """The whole mail; ``foot`` are the addresses of the settings and of the way out, ``most_titles`` is how many of
    each list's papers it may show, None: all."""
    values = {
        "blocks": [(type(block).__name__, block) for block in view.blocks],
        "preview": ", ".join(_titles(view))[:_PREVIEW_LENGTH],
        "settings": foot[0],
        "unsubscribe": foot[1],
        "paper_link": paper_link,
        "summaries": summaries,
        "most_titles": most_titles,
    }
    return render_mail("digest.html", subject, footer, Translator(view.language), **values)


def render_mail(template: str, subject: str, footer: str, translator: Translator, **values: Any) -> str:
    """A mail from a template, its styles inlined; what is for dark screens stays in the head."""

    def said(sentence: LazyText) -> Markup:
        return Markup().join(span_html(span) for span in translator.styled_parts(sentence))

    html = _templates.get_template(template).render(
        say=said, t=t, day=translator.format_day, subject=subject, footer=footer, **values
    )
    return _inliner.inline(html)


def _titles(view: View) -> Iterator[str]:
    for block in view.blocks:
        if isinstance(block, PaperSummary):
            yield block.paper.title
        elif isinstance(block, PaperList):
            yield from (item.paper.title for item in block.items)


def span_html(span: StyledText) -> Markup:
    """A piece of a sentence with its marks as tags."""
    html = escape(span.text)
    for styled, tag in ((span.code, "code"), (span.italic, "i"), (span.bold, "b")):
        if styled:
            html = Markup("<{0}>{1}</{0}>").format(Markup(tag), html)  # noqa: S704 - tag is one of three above
    return Markup('<a href="{}">{}</a>').format(span.href, html) if span.href else html
