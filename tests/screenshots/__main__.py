"""``make pictures``: takes the pictures whose words or looks are others now; ``--all`` takes every one anew."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from tests.screenshots.all_scenes import all_shots
from tests.screenshots.browser import open_browser
from tests.screenshots.shots import FOLDER, Shot


async def main(*, anew: bool) -> None:
    shots = await _walked()
    stale = [shot for shot in shots if anew or not _is_kept(shot)]
    FOLDER.mkdir(exist_ok=True)
    if stale:
        async with open_browser() as taking:
            for shot in stale:
                shot.picture.write_bytes(await taking.capture(shot))
                shot.words.write_text(shot.transcript, "utf-8")
                print(f"took {shot.name}")
    kept = {path for shot in shots for path in (shot.picture, shot.words)}
    for path in sorted(set(FOLDER.iterdir()) - kept):
        path.unlink()
        print(f"removed {path.name}")
    print(f"{len(shots)} pictures, {sum(path.stat().st_size for path in kept) // 1024} KB")


async def _walked() -> list[Shot]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "empty.db")
        database = Database(f"sqlite:///{file}")
        await database.migrate()
        await database.close()
        return await all_shots(file)


def _is_kept(shot: Shot) -> bool:
    return shot.picture.exists() and shot.words.exists() and shot.words.read_text("utf-8") == shot.transcript


if __name__ == "__main__":
    asyncio.run(main(anew="--all" in sys.argv[1:]))
