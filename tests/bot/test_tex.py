"""TeX in titles and abstracts, as people read it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tex import readable_tex
from bot.tldr import tldr
from bot.views import PaperCard, PaperListItem, PaperSummary
from tests.bot.factories import make_paper

READ = {
    r"$\alpha$-VAE": "α-VAE",
    r"an error of 10^{-3}": "an error of 10⁻³",
    r"a \(9.6\times\) speedup": "a 9.6× speedup",
    r"$x_{t+1}$ in $\mathbb{R}^d$": "xₜ₊₁ in ℝᵈ",
    r"$\mathcal{O}(n^2)$": "𝒪(n²)",
    r"\textbf{Plan, \emph{then} act}": "Plan, then act",
    r"{\it key nodes} of $\tau^2$-bench": "key nodes of τ²-bench",
    r"Erd\H{o}s, G\"odel, \'etude": "Erdős, Gödel, étude",
    r"$\frac{a}{b+1}$ and $\sqrt{d}$": "a/(b+1) and √d",
    r"12{,}553 pairs, 40\,FPS, 5\% of R\&D": "12,553 pairs, 40 FPS, 5% of R&D",
    "policy--model on RTX~5090, ``hard''": "policy–model on RTX 5090, “hard”",
    r"|v_{ref}| and π_{0.5}": "|v_ref| and π_0.5",
}
KEPT = (
    r"\ours outperforms \openbiorq{} by \wiseft weights",  # macros of authors, which begin like known ones
    r"{unbalanced \textbf{open x_{t+1",
    "costs $5 and $6, or US$44 for 87-$89",
    "snake_case and B_j(s)",
    "high-quality end-to-end text, 5% of it",
    "https://example.org/a--b~c and `code`",
    "a{b}c }{",
)


@pytest.mark.parametrize(("written", "shown"), READ.items())
def test_tex_reads_as_what_it_draws(written, shown):
    assert readable_tex(written) == shown


@pytest.mark.parametrize("written", KEPT)
def test_what_nobody_knows_or_what_is_no_tex_stays_as_it_is(written):
    assert readable_tex(written) == written


@given(st.text(alphabet="\\$^_{}abox 12-~`'%&", max_size=60))
def test_no_text_makes_it_stumble(text):
    assert isinstance(readable_tex(text), str)


def test_deep_and_long_texts_are_read_in_a_moment():
    for text in ("{" * 4000, "\\textbf{" * 500 + "x" + "}" * 500, "$" * 4000, "_{" * 2000, "`" * 8000):
        assert len(readable_tex(text)) <= len(text)


def test_a_paper_is_shown_without_tex_and_kept_as_the_source_wrote_it():
    paper = make_paper(1, title=r"$\beta$-VAE", abstract=r"We propose a $3\times$ faster \ours.")
    assert PaperListItem(paper).paper.title == PaperSummary(1, paper, "").paper.title == "β-VAE"
    assert PaperCard(paper).paper.abstract == r"We propose a 3× faster \ours."
    assert tldr(replace(paper, tldr=r"It costs 5\% of $10^{-3}$.")) == "It costs 5% of 10⁻³."
    assert paper.title == r"$\beta$-VAE"
