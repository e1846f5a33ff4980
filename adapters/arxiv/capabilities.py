"""In what arXiv differs from other sources, and how it numbers papers."""

from __future__ import annotations

from typing import Final

from bot.sources import PaperNumbers, SourceCapabilities

ARXIV: Final = "arxiv"

# The new scheme since 2007, and the old one with its archive name: https://info.arxiv.org/help/arxiv_identifier.html
_NEW_ID: Final = r"\d{4}\.\d{4,5}"
_OLD_ID: Final = r"[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7}"

CAPABILITIES: Final = SourceCapabilities(
    ARXIV,
    "arXiv",
    "https://arxiv.org/abs/{id}",
    pdf_url="https://arxiv.org/pdf/{id}",
    link_patterns=(r"arxiv\.org/(?:abs|pdf|html|format)/", r"alphaxiv\.org/abs/"),
    numbers=PaperNumbers(
        pattern=f"{_NEW_ID}|{_OLD_ID}",
        short_pattern=_NEW_ID,
        prefixes=("arxiv:", r"oai:arxiv\.org:"),
        doi_prefix=r"10\.48550/arxiv\.",
        citation_prefixes=(r"(?:eprint\s*=\s*[{\"]?|arxiv[: ]+(?:preprint )?(?:arxiv:)?)",),
    ),
)
