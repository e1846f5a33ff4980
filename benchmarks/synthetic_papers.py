"""Papers made up for measuring: with about the words of real ones, as often as real ones hold them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from bot.matching.text.lexicon import read_table
from bot.papers import Paper

SUBJECTS = tuple(
    line.strip()
    for line in """
    diffusion models, reinforcement learning, large language models, mixture of experts, knowledge distillation,
    world model, video generation, image editing, speech recognition, text to speech, retrieval augmented generation,
    chain of thought, instruction tuning, preference optimization, code generation, theorem proving, GUI agents,
    tool use, multi-agent systems, robot manipulation, autonomous driving, depth estimation, 3D reconstruction,
    gaussian splatting, point clouds, object detection, semantic segmentation, visual question answering,
    vision language models, contrastive learning, graph neural networks, time series forecasting, anomaly detection,
    federated learning, continual learning, machine unlearning, quantization, speculative decoding, long context,
    sparse attention, state space models, clustering, protein folding, drug discovery, medical imaging,
    music generation, machine translation, hallucination, red teaming, watermarking
    """.replace("\n", " ").split(",")
)
_PAPERS_A_DAY = 25
_SMALL_WORDS = [
    "the",
    "of",
    "a",
    "and",
    "to",
    "we",
    "in",
    "for",
    "that",
    "with",
    "is",
    "on",
    "by",
    "this",
    "our",
    "as",
    "from",
    "are",
]
_WORDS_CHANGED = 0.15

Texts = tuple[str, str]


def generate_papers(count: int, newest: date, texts: Path | None = None) -> list[Paper]:
    """``count`` papers, 25 a weekday up to ``newest``, the same ones at every call.

    From ``texts`` (lines of {title, abstract}), every seventh word exchanged for one of another text; without it from
    words drawn by the table of word counts, with one or two of :data:`SUBJECTS` in each.
    """
    chance = random.Random(20260818)
    drawn = _perturb(_real(texts), chance) if texts else _compose(chance)
    days = _weekdays_before(newest)
    made: list[Paper] = []
    while len(made) < count:
        day = next(days)
        made += [_paper(place, day, next(drawn), chance) for place in range(min(_PAPERS_A_DAY, count - len(made)))]
    return made


def _paper(place: int, day: date, texts: Texts, chance: random.Random) -> Paper:
    # The day's place in its month leaves room for 99 papers a day in an id of arXiv's form.
    paper_id = f"{day:%y%m}.{day.day * 100 + place:05}"
    votes = min(int(chance.paretovariate(1.1)), 400)
    return Paper(
        paper_id, *texts, day, upvotes=votes, code_url="https://github.com/a/b" if chance.random() < 0.5 else ""
    )


def _weekdays_before(day: date) -> Iterator[date]:
    while True:
        if day.weekday() < 5:
            yield day
        day -= timedelta(days=1)


def _real(texts: Path) -> list[Texts]:
    rows = map(json.loads, texts.read_text(encoding="utf-8").splitlines())
    return [(row["title"], row["abstract"]) for row in rows]


def _perturb(texts: Sequence[Texts], chance: random.Random) -> Iterator[Texts]:
    others = [word for _, abstract in texts for word in abstract.split()]
    while True:
        for title, abstract in chance.sample(texts, len(texts)):
            yield _other_word(title, others, chance), _other_word(abstract, others, chance)


def _other_word(text: str, others: Sequence[str], chance: random.Random) -> str:
    words = (chance.choice(others) if chance.random() < _WORDS_CHANGED else word for word in text.split())
    return " ".join(words)


def _compose(chance: random.Random) -> Iterator[Texts]:
    shares = {word: float(per_mille) for word, per_mille in read_table("shares.tsv").items()}
    words, weights = list(shares), list(accumulate(shares.values()))
    while True:
        subject, aside = chance.choice(SUBJECTS), chance.choice(SUBJECTS)
        title = [*chance.choices(words, cum_weights=weights, k=6), subject]
        drawn = (chance.choices(words, cum_weights=weights, k=12) for _ in range(8))
        sentences = [[*some, *chance.choices(_SMALL_WORDS, k=8)] for some in drawn]
        sentences[chance.randrange(8)].append(subject)
        sentences[chance.randrange(8)].append(aside)
        for part in (title, *sentences):
            chance.shuffle(part)
        yield " ".join(title).capitalize(), " ".join(f"{' '.join(part).capitalize()}." for part in sentences)
