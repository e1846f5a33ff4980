"""Files that others may open are restricted or named, and rows that vanished between two starts are told."""

from __future__ import annotations

import stat
from pathlib import Path

from paperboy.file_rights import check_file_rights, private_files, restrict_files
from paperboy.row_count import FILE, RowCount
from storage.database import Database


def test_others_lose_their_rights_and_doctor_names_what_is_left(tmp_path: Path) -> None:
    database = tmp_path / "paperboy.db"
    files = [Path(f"{database}{end}") for end in ("", "-wal", "-shm", ".sender.lock")] + [
        tmp_path / "paperboy-index.db"
    ]
    for file in files:
        file.touch(0o644)
    assert private_files(database, tmp_path) == files
    assert [each.mend for each in check_file_rights(files)] == [f"chmod 600 {file}" for file in files]
    restrict_files(files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert list(check_file_rights([*files, tmp_path / ".env"])) == []


async def test_a_database_that_lost_its_papers_is_told(sqlite_storage: Database, tmp_path: Path) -> None:
    rows = RowCount(tmp_path, "sqlite:///paperboy.db")
    assert await rows.loss(sqlite_storage) == ""
    await rows.keep(sqlite_storage)
    kept = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(kept.replace('"papers": 0', '"papers": 70'))
    assert "held 70" in await rows.loss(sqlite_storage)
    assert await RowCount(tmp_path, "sqlite:///another.db").loss(sqlite_storage) == ""
    for broken in ("", "[]", "{}", '{"database": 1, "papers": "x"}'):
        (tmp_path / FILE).write_text(broken)
        assert await rows.loss(sqlite_storage) == ""
