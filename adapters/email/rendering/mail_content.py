"""What a mail says, in both of its forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adapters.email.rendering.html_part import render_html
from adapters.email.rendering.text_part import render_text
from bot.i18n import Translator
from bot.views import TextBlock, View

MAX_SUBJECT_LENGTH: Final = 150  # characters; programs show 40 to 70
# Gmail is said to cut HTML at 102 KB, and with it the way to unsubscribe.
MAX_HTML_BYTES: Final = 90_000
_CONTROL_CHARACTERS: Final = dict.fromkeys((*range(32), 127, *range(128, 160), 0x2028, 0x2029), " ")


@dataclass(frozen=True, slots=True)
class MailLinks:
    """The addresses in a digest, each signed for one chat and one purpose; ``paper`` gives that of a paper by its
    id."""

    settings: str
    unsubscribe: str
    paper: Callable[[str], str]

    @property
    def foot(self) -> tuple[str, str]:
        """Settings and the way out."""
        return self.settings, self.unsubscribe


@dataclass(frozen=True, slots=True)
class MailContent:
    """Subject, plain text and HTML, all complete."""

    subject: str
    text: str
    html: str


def digest_content(view: View, links: MailLinks, footer: str, *, titles_only: bool = False) -> MailContent:
    """A view as a mail. ``footer`` is the operator's own line, '' for none; ``titles_only``: papers that stand in lists
    come without their summary, as the chat wants it."""
    translator = Translator(view.language)
    subject = one_line(translator.plain_text(view.summary)) if view.summary else _first_line(view, translator)
    text = render_text(view, links.foot, links.paper, footer, summaries=not titles_only)
    return MailContent(truncated(subject), text, _fitting_html(view, subject, links, footer, summaries=not titles_only))


def _fitting_html(view: View, subject: str, links: MailLinks, footer: str, *, summaries: bool) -> str:
    """With as much as fits: first the summaries of listed papers give way, then the last titles."""
    html = ""
    for with_summaries, most in ((summaries, None), (False, None), (False, 150), (False, 40), (False, 0)):
        html = render_html(view, subject, links.foot, links.paper, footer, summaries=with_summaries, most_titles=most)
        if len(html.encode()) < MAX_HTML_BYTES:
            break
    return html


def one_line(text: str) -> str:
    """Text of others as it may stand in a header."""
    return " ".join(text.translate(_CONTROL_CHARACTERS).split())


def truncated(subject: str) -> str:
    """A subject of a length that programs show some of."""
    return subject if len(subject) <= MAX_SUBJECT_LENGTH else subject[: MAX_SUBJECT_LENGTH - 1].rstrip() + "…"


def _first_line(view: View, translator: Translator) -> str:
    lines = (translator.plain_text(block.text) for block in view.blocks if isinstance(block, TextBlock))
    return one_line(next(lines, "")) or "Paperboy"
