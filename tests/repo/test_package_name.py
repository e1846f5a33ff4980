"""Nobody is told to install the package of the same name that is a stranger's."""

from __future__ import annotations

import re

import pytest

from tests.repo.test_forbidden_content import committed

STRANGERS = re.compile(
    r"(?:pip3? install|pipx install|uvx(?: --from)?|uv tool install) +(?:-\S+ +)*['\"]?paperboy(?![-_\w])"
)
# It tells what goes wrong.
TELLS_OF_IT = {
    "docs/decisions/0037-a-name-of-its-own-on-the-index.md",
    "tests/packaging/test_container.py",
    "tests/repo/test_package_name.py",
}


def test_no_instruction_installs_it() -> None:
    found = {name: match[0] for name, text in committed().items() if (match := STRANGERS.search(text))}
    assert {name: said for name, said in found.items() if name not in TELLS_OF_IT} == {}


@pytest.mark.parametrize("text", ["pip install 'paperboy[meaning]'", "uvx paperboy", "pipx install paperboy\n"])
def test_one_would_be_noticed(text: str) -> None:
    assert STRANGERS.search(text)
    assert not STRANGERS.search(text.replace("paperboy", "paperboy-digest"))
