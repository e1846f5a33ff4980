"""In what Hugging Face's Daily Papers differ from other sources."""

from __future__ import annotations

from typing import Final

from bot.sources import SourceCapabilities

HUGGING_FACE: Final = "huggingface"

CAPABILITIES: Final = SourceCapabilities(
    HUGGING_FACE,
    "Hugging Face",
    "https://huggingface.co/papers/{id}",
    has_archive=True,
    list_title="Hugging Face’s Daily Papers",
    aliases=("hf", "hugging face"),
    title_url="https://hf.co/papers/{id}",
    list_url="https://hf.co/papers",
    day_url="https://huggingface.co/papers/date/{day:%Y-%m-%d}",
    link_patterns=(r"(?:huggingface\.co|hf\.co)/papers/",),
)
