"""The weights of an ONNX file, read without a package for it: a walk over the protocol buffer it is.

The fields are those of ``onnx.proto``: a model's graph, a graph's initializers, and of an initializer its dimensions,
element type, name and raw bytes. Everything else is passed over.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[Any]]

_GRAPH: Final = 7
_INITIALIZER: Final = 5
_DIMENSIONS: Final = 1
_ELEMENT_TYPE: Final = 2
_NAME: Final = 8
_RAW_DATA: Final = 9
_DTYPES: Final[dict[int, Any]] = {1: np.float32, 3: np.int8}

_VARINT: Final = 0
_LENGTH_DELIMITED: Final = 2
_FIXED_SIZES: Final = {1: 8, 5: 4}


def read_weights(file: Path) -> Weights:
    """The 8-bit and 32-bit weights by name, in the file's order. Raises ValueError where the file is no such thing.

    The 8-bit ones stay in the file and are read as they are used; the file must not be written to while they live.
    """
    with file.open("rb") as opened:
        data = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    found: Weights = {}
    for graph in _messages(data, _GRAPH):
        for initializer in _messages(graph, _INITIALIZER):
            name, weight = _weight(initializer)
            if weight is not None:
                found[name] = weight
    return found


def _weight(initializer: memoryview) -> tuple[str, NDArray[Any] | None]:
    """Its name, and the numbers; None where they are of another type (the graph's own constants)."""
    dimensions: list[int] = []
    name, dtype, raw = "", None, memoryview(b"")
    for number, value in _fields(initializer):
        if number == _DIMENSIONS:
            dimensions += [value] if isinstance(value, int) else _packed(value)
        elif number == _ELEMENT_TYPE and isinstance(value, int):
            dtype = _DTYPES.get(value)
        elif number == _NAME and not isinstance(value, int):
            name = str(value, "utf-8")
        elif number == _RAW_DATA and not isinstance(value, int):
            raw = value
    if dtype is None:
        return name, None
    weight = np.frombuffer(raw, dtype).reshape(dimensions)
    # Raw bytes begin anywhere, and numbers of four bytes at an odd address are slow.
    return name, weight if dtype is np.int8 else weight.copy()


def _messages(data: memoryview, wanted: int) -> Iterator[memoryview]:
    for number, value in _fields(data):
        if number == wanted and not isinstance(value, int):
            yield value


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of a message by their number; those of a fixed size as their bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire_type = key & 7
        if wire_type == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if wire_type == _LENGTH_DELIMITED:
            length, at = _varint(data, at)
        elif wire_type in _FIXED_SIZES:
            length = _FIXED_SIZES[wire_type]
        else:
            raise ValueError(f"not a protocol buffer: wire type {wire_type}")
        if at + length > len(data):
            raise ValueError("the protocol buffer ends too early")
        yield key >> 3, data[at : at + length]
        at += length


def _packed(data: memoryview) -> list[int]:
    found: list[int] = []
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while at < len(data):
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("the protocol buffer ends within a number")
