"""``paperboy doctor``: what is well, what is not, and what to do about it."""

from __future__ import annotations

import click

from paperboy.check_result import CheckResult
from paperboy.cli.session import EXIT_FAILED, console, print_json, run_command
from paperboy.container import open_app
from paperboy.settings import Settings
from paperboy.status import doctor_report, run_checks
from storage.engine.errors import DatabaseError

LEVEL_MARKS = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def doctor(as_json: bool) -> None:
    """Look at everything, and say what to do where something is not well."""

    async def work(settings: Settings) -> int:
        report = doctor_report(await _run_checks(settings))
        if as_json:
            print_json(report)
        else:
            for finding in report["findings"]:
                _show(CheckResult(**finding))
        return 0 if report["ok"] else EXIT_FAILED

    run_command(work)


async def _run_checks(settings: Settings) -> list[CheckResult]:
    try:
        async with open_app(settings) as parts:
            return await run_checks(parts)
    except DatabaseError as problem:
        return [CheckResult("database", "fail", problem.reason, problem.remedy)]


def _show(finding: CheckResult) -> None:
    console.print(f"{LEVEL_MARKS[finding.level]} {finding.name}: ", end="")
    console.print(finding.what, markup=False)
    if finding.mend and finding.level != "ok":
        console.print(f"     {finding.mend}", markup=False)
