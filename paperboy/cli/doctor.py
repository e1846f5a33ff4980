"""``paperboy doctor``: what is well, what is not, and what to do about it."""

from __future__ import annotations

import click

from paperboy.cli.session import FAILED, console, print_json, run_command
from paperboy.container import open_parts
from paperboy.health_checks import Finding
from paperboy.settings import Settings
from paperboy.status import doctor_report, findings
from storage.engine.errors import StorageProblem

MARKS = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def doctor(as_json: bool) -> None:
    """Look at everything, and say what to do where something is not well."""

    async def work(settings: Settings) -> int:
        report = doctor_report(await _look(settings))
        if as_json:
            print_json(report)
        else:
            for finding in report["findings"]:
                _show(Finding(**finding))
        return 0 if report["ok"] else FAILED

    run_command(work)


async def _look(settings: Settings) -> list[Finding]:
    try:
        async with open_parts(settings) as parts:
            return await findings(parts)
    except StorageProblem as problem:
        return [Finding("database", "fail", problem.what, problem.mend)]


def _show(finding: Finding) -> None:
    console.print(f"{MARKS[finding.level]} {finding.name}: ", end="")
    console.print(finding.what, markup=False)
    if finding.mend and finding.level != "ok":
        console.print(f"     {finding.mend}", markup=False)
