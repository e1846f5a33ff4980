"""``paperboy`` as a process of its own, forked from one that has imported the product: importing takes seconds.

``python -m tests.e2e.support.forked`` reads one line of JSON for each process (``words`` for the command line,
``folder``, ``environment``, ``typed``), and answers with ``code``, ``out`` and ``err`` when that has ended.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from bot.matching.catalogue.catalogue import load_bundled_catalogue
from paperboy.__main__ import main as paperboy

ROOT = Path(__file__).parents[2]


# What the product and its libraries import only when it is needed; each process that is forked would do it anew.
IMPORTED_LATE = (
    "aiosqlite",
    "alembic.command",
    "anyio._backends._asyncio",
    "h11",
    "httpcore",
    "pygments.lexers",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
)


def import_ahead() -> None:
    """Imports what is imported late and reads the catalogue; the collector must not copy it into every process."""
    for name in IMPORTED_LATE:
        import_module(name)
    load_bundled_catalogue()  # most of what a short command does, and kept from then on
    gc.collect()
    gc.freeze()


class Forked:
    """The process that has imported the product; it forks one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.support.forked"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], typed: str
    ) -> tuple[int, str, str]:
        """What ``paperboy`` ends with in that folder: the exit code, and what it wrote to each of its two streams."""
        order = {"words": words, "folder": str(folder), "environment": dict(environment), "typed": typed}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        ended = json.loads(self._process.stdout.readline())
        return ended["code"], ended["out"], ended["err"]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def exit_code(ends: SystemExit) -> int:
    """That of a process which ends so."""
    return ends.code if isinstance(ends.code, int) else int(ends.code is not None)


def _become(order: Mapping[str, Any], out: IO[bytes], err: IO[bytes]) -> int:
    """Is the process that was asked for; its exit code."""
    reading, writing = os.pipe()
    os.write(writing, order["typed"].encode())
    os.close(writing)
    for theirs, standard in ((reading, 0), (out.fileno(), 1), (err.fileno(), 2)):
        os.dup2(theirs, standard)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["paperboy", *order["words"]]
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - that of the process
    try:
        paperboy()
    except SystemExit as ends:
        return exit_code(ends)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _ended(order: Mapping[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os._exit(_become(order, out, err))
        _, status = os.waitpid(child, 0)
        written = []
        for stream in (out, err):
            stream.seek(0)
            written.append(stream.read().decode())
    return {"code": os.waitstatus_to_exitcode(status), "out": written[0], "err": written[1]}


def serve() -> None:
    """Until there are no more lines."""
    import_ahead()
    for line in sys.stdin:
        print(json.dumps(_ended(json.loads(line))), flush=True)


if __name__ == "__main__":
    serve()
