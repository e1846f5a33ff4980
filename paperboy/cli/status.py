"""``paperboy status``: how things stand."""

from __future__ import annotations

from typing import Any

import click

from bot.i18n import t, tn
from paperboy.cli.session import console, print_json, print_sentence, run_command
from paperboy.container import database_kind, open_app
from paperboy.embedding_worker import embedding_state
from paperboy.settings import Settings
from paperboy.status import status_report


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def status(as_json: bool) -> None:
    """How things stand: sources, chats, deliveries, the next digest."""

    async def work(settings: Settings) -> None:
        async with open_app(settings, with_platforms=False) as parts:
            kind, meaning = database_kind(settings.database_url), await embedding_state(parts.embeddings)
            report = await status_report(parts.storage, kind, parts.clock.now(), meaning)
        if as_json:
            print_json(report)
        else:
            _show(report)

    run_command(work)


def _show(report: dict[str, Any]) -> None:
    console.print(f"Paperboy {report['version']} on {report['database']}")
    for source in report["sources"]:
        settled = "settled" if source["settled"] else "still growing"
        print_sentence(
            tn("{name}: {n} paper,", "{name}: {n} papers,", source["papers"], name=source["name"]),
            t("newest list {day} ({settled}),", day=str(source["latest_day"]), settled=settled),
            t("last read {moment}", moment=source["last_success_at"] or "never"),
        )
        if source["problem"]:
            console.print(f"  not read: {source['problem']}", markup=False)
    console.print(f"chats: {report['chats']['active']} active, {report['chats']['paused']} paused")
    told = ", ".join(f"{number} {state}" for state, number in report["deliveries"].items() if number)
    console.print(f"deliveries: {told or 'none yet'}")
    console.print(f"meaning: {report['meaning']}" + (", see `paperboy doctor`" if report["meaning"] == "off" else ""))
    console.print(f"next digest: {report['next_digest_at'] or 'nobody follows a topic yet'}")
