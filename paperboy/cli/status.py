"""``paperboy status``: how things stand."""

from __future__ import annotations

from typing import Any

import click

from paperboy.cli.session import console, print_json, run_command
from paperboy.parts import database_kind, open_parts
from paperboy.reports import status_report
from paperboy.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def status(as_json: bool) -> None:
    """How things stand: sources, chats, deliveries, the next digest."""

    async def work(settings: Settings) -> None:
        async with open_parts(settings, with_platforms=False) as parts:
            report = await status_report(parts.storage, database_kind(settings.database_url), parts.clock.now())
        if as_json:
            print_json(report)
        else:
            _show(report)

    run_command(work)


def _show(report: dict[str, Any]) -> None:
    console.print(f"Paperboy {report['version']} on {report['database']}")
    for source in report["sources"]:
        settled = "settled" if source["settled"] else "still growing"
        console.print(
            f"{source['name']}: {source['papers']} papers, newest list {source['latest_day']} ({settled}), "
            f"last read {source['last_success_at'] or 'never'}"
        )
        if source["problem"]:
            console.print(f"  last try failed: {source['problem']}", markup=False)
    console.print(f"chats: {report['chats']['active']} active, {report['chats']['paused']} paused")
    told = ", ".join(f"{number} {state}" for state, number in report["deliveries"].items() if number)
    console.print(f"deliveries: {told or 'none yet'}")
    console.print(f"next digest: {report['next_digest_at'] or 'nobody follows a topic yet'}")
