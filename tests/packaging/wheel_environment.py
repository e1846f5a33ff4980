"""An environment that holds the wheel and what requirements/run.txt names, nothing of the developers', no checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build_distribution(target: str, folder: Path, source: Path = ROOT) -> Path:
    """Builds the ``wheel`` or ``sdist`` of a source tree with the locked backend, offline."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    (built,) = folder.iterdir()
    return built


def install_wheel(wheel: Path, folder: Path) -> Path:
    """Makes the environment; returns its folder of programs.

    The locked packages are those that are installed here already, linked one by one.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    packages = folder / "locked"
    packages.mkdir()
    for name in re.findall(r"^([a-z0-9][\w.-]*)==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE):
        _link_package(name, packages)
    (site,) = folder.rglob("site-packages")
    (site / "locked.pth").write_text(f"{packages}\n")
    return programs


def _link_package(name: str, packages: Path) -> None:
    """Links its folders and files; one that another system needs is not here."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return
    for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
        link = packages / top
        if not link.exists():
            link.symlink_to(str(installed.locate_file(top)))
