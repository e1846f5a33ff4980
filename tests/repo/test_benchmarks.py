"""The benchmarks can be found and started; what they measure is no test's business."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import BENCHMARKS, NAMES, TOOLS, Benchmark, main
from benchmarks.comparison import Comparison, Figure

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda one: one.name)
def test_a_benchmark_can_be_run(benchmark: Benchmark) -> None:
    assert callable(import_module(f"benchmarks.{benchmark.name}").run)


def test_every_module_that_can_be_run_is_listed() -> None:
    modules = [path.stem for path in FOLDER.glob("*.py") if "\ndef run(bench" in path.read_text()]
    assert sorted(modules) == sorted(NAMES)


@pytest.mark.parametrize("name", [*NAMES, *TOOLS])
def test_the_runner_and_the_page_name_it(name: str) -> None:
    assert name in CliRunner().invoke(main, ["--help"]).output
    assert f"`{name}`" in (FOLDER / "README.md").read_text()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    answer = CliRunner().invoke(main, ["speed"])
    assert answer.exit_code == 2
    assert all(name in answer.output for name in NAMES)


def test_what_needs_data_is_not_run_without() -> None:
    assert [one.name for one in BENCHMARKS if one.lacks_data(None)] == ["ranking", "meaning", "relevance"]


def test_a_figure_is_a_ratio_first() -> None:
    figure = Figure("time", 3.0, 2.0, "s")
    assert figure.ratio == 1.5
    assert Comparison("start", "Paperboy", "echo bot", [figure]).table().row_count == 1
