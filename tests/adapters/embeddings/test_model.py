"""The sentence model says what its published file says when onnxruntime runs it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from adapters.embeddings.lazy_model import PACKAGE
from adapters.embeddings.model import SentenceModel
from adapters.embeddings.onnx_weights import read_weights

FILE = Path(str(files(PACKAGE) / "model.onnx"))

# Every 48th number of the vectors that onnxruntime 1.32.0 computed.
EXPECTED = {
    "": [-0.127353, 0.059577, 0.02229, 0.004925, -0.086307, 0.071275, -0.016288, -0.106824],
    "clustering": [0.033992, -0.018519, 0.021674, 0.064482, 0.002252, 0.103409, -0.002255, -0.020795],
    "How Herons Sort Their Letters": [0.047271, 0.017326, 0.026334, 0.026499, 0.059686, 0.103012, -0.039432, 0.054522],
    "Diffusion models for k-means, in 3D!": [
        *(0.017762, 0.008717, 0.083827, 0.063736, 0.061713, 0.086946, -0.055912, -0.02697),
    ],
    "数学とは何か": [0.011671, -0.004455, -0.007286, -0.042541, -0.029441, 0.018759, 0.020205, 0.007479],
    # Longer than the 128 tokens that are read.
    "Why hearts stop, and who survives it. " * 30: [
        *(-0.012322, 0.040839, -0.021326, -0.088198, 0.022888, 0.052739, 0.031483, -0.025059),
    ],
}


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    return SentenceModel(FILE)


@pytest.mark.parametrize("text", EXPECTED)
def test_a_text_has_the_vector_that_onnxruntime_gives_it(model: SentenceModel, text: str) -> None:
    vector = model.embed(text)
    assert vector @ vector == pytest.approx(1, abs=1e-5)
    assert vector[::48].tolist() == pytest.approx(EXPECTED[text], abs=5e-6)


@pytest.mark.parametrize("size", [1, 1000, 11_000_000])
def test_a_file_that_was_cut_short_is_no_model(tmp_path: Path, size: int) -> None:
    file = tmp_path / "model.onnx"
    with FILE.open("rb") as whole:
        file.write_bytes(whole.read(size))
    with pytest.raises(ValueError, match="ends"):
        read_weights(file)
