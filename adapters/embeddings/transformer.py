"""BERT's encoder in numpy, with 8-bit weights that are widened where they are used.

Vectors equal those of a 32-bit run of the same file to the rounding of 32-bit sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from adapters.embeddings.onnx_weights import Weights

Matrix = NDArray[np.float32]

_LAYERS: Final = 6
_HEADS: Final = 12
_EPSILON: Final = np.float32(1e-12)
_MATRICES_PER_LAYER: Final = 6


@dataclass(frozen=True, slots=True)
class _Linear:
    """``x @ (weight * scale) + bias``, the scale a column's own."""

    weight: NDArray[np.int8]
    scale: Matrix
    bias: Matrix

    def __call__(self, rows: Matrix, wide: Matrix) -> Matrix:
        """``wide`` is room for the weights of the largest matrix, written over."""
        weight = wide[: self.weight.size].reshape(self.weight.shape)
        np.copyto(weight, self.weight)
        found: Matrix = rows @ weight
        found *= self.scale
        found += self.bias
        return found


@dataclass(frozen=True, slots=True)
class _LayerNorm:
    weight: Matrix
    bias: Matrix

    def __call__(self, rows: Matrix) -> Matrix:
        found: Matrix = rows - rows.mean(axis=-1, keepdims=True)
        found /= np.sqrt(np.square(found).mean(axis=-1, keepdims=True) + _EPSILON)
        found *= self.weight
        found += self.bias
        return found


@dataclass(frozen=True, slots=True)
class _Layer:
    query: _Linear
    key: _Linear
    value: _Linear
    attention_output: _Linear
    attention_norm: _LayerNorm
    intermediate: _Linear
    output: _Linear
    output_norm: _LayerNorm

    def __call__(self, rows: Matrix, wide: Matrix) -> Matrix:
        attended = self.attention_output(self._attend(rows, wide), wide)
        attended += rows
        rows = self.attention_norm(attended)
        found = self.output(_gelu(self.intermediate(rows, wide)), wide)
        found += rows
        return self.output_norm(found)

    def _attend(self, rows: Matrix, wide: Matrix) -> Matrix:
        query, key, value = (_by_head(part(rows, wide)) for part in (self.query, self.key, self.value))
        scores: Matrix = query @ key.swapaxes(1, 2)
        scores *= np.float32(query.shape[-1] ** -0.5)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        found: Matrix = (scores @ value).swapaxes(0, 1).reshape(rows.shape)
        return found


class Transformer:
    """One text at a time, so that nothing is padded or masked. Several threads may share one."""

    def __init__(self, weights: Weights) -> None:
        self._words = weights["inner.embeddings.word_embeddings.weight_q"]
        self._word_scales = weights["inner.embeddings.word_embeddings.weight_scale"]
        positions = weights["inner.embeddings.position_embeddings.weight_q"].astype(np.float32)
        positions *= weights["inner.embeddings.position_embeddings.weight_scale"]
        # A text is one sentence to the model: every token is of the first type.
        self._positions: Matrix = positions + weights["inner.embeddings.token_type_embeddings.weight"][0]
        self._norm = _norm(weights, "inner.embeddings")
        self._layers = _layers(weights)
        self._widest = max(layer.intermediate.weight.size for layer in self._layers)

    def __call__(self, token_ids: Sequence[int]) -> Matrix:
        """A row for every token."""
        numbers = np.array(token_ids, dtype=np.int64)
        rows = self._words[numbers].astype(np.float32)
        rows *= self._word_scales[numbers]
        rows += self._positions[: len(numbers)]
        rows = self._norm(rows)
        wide = np.empty(self._widest, dtype=np.float32)
        for layer in self._layers:
            rows = layer(rows, wide)
        return rows


def _layers(weights: Weights) -> list[_Layer]:
    # The exporter numbered the matrices in the order of their use; only their biases have a name.
    names = [name.removesuffix("_q") for name in weights if name.startswith("val_") and name.endswith("_q")]
    if len(names) != _LAYERS * _MATRICES_PER_LAYER:
        raise ValueError(f"{len(names)} matrices, not {_LAYERS * _MATRICES_PER_LAYER}")
    return [
        _layer(weights, f"inner.encoder.layer.{number}", names[_MATRICES_PER_LAYER * number :])
        for number in range(_LAYERS)
    ]


def _layer(weights: Weights, prefix: str, names: Sequence[str]) -> _Layer:
    def linear(name: str, place: str) -> _Linear:
        bias = weights[f"{prefix}.{place}.bias"]
        return _Linear(weights[f"{name}_q"], weights[f"{name}_scale"], bias)

    query, key, value, attention_output, intermediate, output, *_ = names
    return _Layer(
        linear(query, "attention.self.query"),
        linear(key, "attention.self.key"),
        linear(value, "attention.self.value"),
        linear(attention_output, "attention.output.dense"),
        _norm(weights, f"{prefix}.attention.output"),
        linear(intermediate, "intermediate.dense"),
        linear(output, "output.dense"),
        _norm(weights, f"{prefix}.output"),
    )


def _norm(weights: Weights, prefix: str) -> _LayerNorm:
    return _LayerNorm(weights[f"{prefix}.LayerNorm.weight"], weights[f"{prefix}.LayerNorm.bias"])


def _by_head(rows: Matrix) -> NDArray[Any]:
    return rows.reshape(len(rows), _HEADS, -1).swapaxes(0, 1)


def _gelu(x: Matrix) -> Matrix:
    """``x * (1 + erf(x / √2)) / 2``."""
    found = _erf(x * np.float32(2**-0.5))
    found += 1
    found *= x
    found *= np.float32(0.5)
    return found


def _erf(x: Matrix) -> Matrix:
    """Abramowitz and Stegun, 7.1.26: wrong by at most 1.5e-7, as little as 32 bits can tell."""
    size = np.abs(x)
    t: Matrix = np.reciprocal(1 + np.float32(0.3275911) * size)
    found: Matrix = np.full_like(t, np.float32(1.061405429))
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        found *= t
        found += np.float32(coefficient)
    found *= t
    np.square(size, out=size)
    np.negative(size, out=size)
    found *= np.exp(size, out=size)
    np.subtract(1, found, out=found)
    return np.copysign(found, x)
