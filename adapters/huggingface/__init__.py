"""Hugging Face's Daily Papers, and the bundled sample in the same form."""

from adapters.huggingface.source import HuggingFaceSource

__all__ = ["HuggingFaceSource"]
