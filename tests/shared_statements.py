"""What a statement is in SQL is worked out once per process, not once for each test's database."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.engine import postgres, sqlite


class SharedStatements(dict[Any, Any]):
    """Compiled statements that all engines on the same kind of server have in common.

    SQLAlchemy keeps them apart by the engine's dialect, the first part of their key: a test with a database of its own
    would compile every statement anew, which takes longer than many a test does.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any_engine(key), compiled)


def _of_any_engine(key: Any) -> Any:
    dialect, *rest = key
    return dialect.name, dialect.driver, dialect.server_version_info, *rest


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Until the patch is undone, the product's engines share them."""
    shared = SharedStatements()

    def create(*words: Any, **more: Any) -> AsyncEngine:
        engine = create_async_engine(*words, **more)
        engine.update_execution_options(compiled_cache=shared)
        return engine

    for module in (postgres, sqlite):
        patch.setattr(module, "create_async_engine", create)
