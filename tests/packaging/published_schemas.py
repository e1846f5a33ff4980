"""Files that other tools read, held against the schemas that those tools publish."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def schema_problems(schema: str, *files: Path) -> str:
    """What the schema refuses, '' if nothing; ``schema``: a name that check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr
