"""The tests' PostgreSQL outlives no test session, not even one that is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Stands in for the server: says who it is where PostgreSQL does, and ends as that does when it is told to at once.
SERVER = """
trap 'rm "$0/postmaster.pid"; exit' QUIT
echo $$ > "$0/postmaster.pid"
echo ready
while :; do sleep 0.05; done
"""
SESSION = """
import os, signal, sys
from pathlib import Path
from tests.postgres_guard import end_with_this_process
end_with_this_process(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_session_that_is_killed_leaves_no_server(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with subprocess.Popen(["/bin/sh", "-c", SERVER, str(folder)], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == "ready\n"
            subprocess.run([sys.executable, "-c", SESSION, str(folder)], cwd=ROOT, check=False)
            assert server.wait(120) == 0
            while folder.exists():
                time.sleep(0.01)
        finally:
            server.kill()
