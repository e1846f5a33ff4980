"""What one question may cost: counted in steps, and never a reason to decide otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.queries.topic_input import MAX_SUBJECT_WORDS, parse_topic
from bot.decisions.step_budget import StepBudget, decision_steps
from bot.errors import InputError
from bot.topics.ast import Subject
from bot.topics.lexer import MAX_TOPIC_WORDS
from bot.topics.parser import parse

_JOINERS = ["'", "/", "-", "_", ".", "+", "&", " ", " OR ", "’", "‑", " -", '" "', ":"]
_LETTERS = st.one_of(
    st.sampled_from(["a", "ab", "diffusion", "я", "क्षि", "水", "α", "ﬁ", "É", "١", "𝔞", "ع", "한"]),
    st.text(min_size=1, max_size=6),
)


@st.composite
def long_texts(draw: st.DrawFn) -> str:
    """Up to 4,000 characters: words of any alphabet, joined in one way or in several."""
    words = draw(st.lists(_LETTERS, min_size=1, max_size=8))
    joiners = draw(st.lists(st.sampled_from(_JOINERS), min_size=1, max_size=4))
    pieces = [words[at % len(words)] + joiners[at % len(joiners)] for at in range(draw(st.integers(1, 2000)))]
    return "".join(pieces)[: draw(st.sampled_from([960, 1000, 4000]))]


@given(long_texts())
def test_whatever_is_typed_one_decision_is_bounded(text: str) -> None:
    try:
        topic = parse_topic(text, "search")
    except InputError:
        return
    most_of_a_subject = (MAX_SUBJECT_WORDS // 8) ** 2
    assert 1 <= decision_steps(topic) <= most_of_a_subject * MAX_TOPIC_WORDS
    if isinstance(topic.expression, Subject):
        assert decision_steps(topic) <= most_of_a_subject


def test_a_topic_of_a_few_words_is_a_step_and_a_long_subject_many() -> None:
    assert decision_steps(parse("diffusion")) == 1
    assert decision_steps(parse("author:LeCun has:code")) == 1
    assert decision_steps(parse("diffusion -maps")) == 2
    assert decision_steps(parse(" ".join(f"w{n}ord" for n in range(64)))) == 64


def test_a_budget_is_never_overdrawn_and_remembers_where_it_ended() -> None:
    budget = StepBudget(5)
    assert budget.spend(3)
    assert not budget.spend(3)
    assert budget.steps == 2
    assert not budget.is_spent
    budget.stop_after(3)
    budget.stop_after(9)
    assert (budget.steps, budget.looked_through, budget.is_spent) == (0, 3, True)
