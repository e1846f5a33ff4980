"""``paperboy search``: the archive on the command line, by the same function as ``/search``."""

from __future__ import annotations

import click
from rich.text import Text

from bot.commands.search.results import SearchResults, search_results, search_rows
from bot.matching.prefilter.topic_variants import names
from bot.topics.formatter import printed
from paperboy.cli.index_progress import index_shown
from paperboy.cli.session import console, errors, print_json, run_command
from paperboy.container import open_parts
from paperboy.settings import Settings

SHOWN = 20


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every paper, for machines.")
def search(query: tuple[str, ...], as_json: bool) -> None:
    """Search the whole archive; what a subscription to QUERY would deliver stands first."""

    async def work(settings: Settings) -> None:
        async with open_parts(settings, with_platforms=False) as parts:
            async with index_shown(lambda: parts.gatherer.indexing, errors):
                await parts.gatherer.catch_up(parts.clock.now().date())
            results = await search_results(parts.services, " ".join(query), parts.clock.now().date())
        if as_json:
            print_json(dict(search_rows(results)))
        else:
            _show(results)

    run_command(work)


def _show(results: SearchResults) -> None:
    console.print(
        f"[bold]{len(results.delivered)}[/] papers about it, {results.mentions} that mention it, "
        f"{results.total} in all; {results.archive.papers} papers in the archive"
    )
    _show_understood(results)
    for wrong, known in results.unknown.items():
        console.print(f"No paper says {wrong}. Did you mean {known}?", markup=False)
    for position, one in enumerate(search_rows(results)["papers"][:SHOWN], 1):
        mark = "●" if one["delivered_by_topic"] else "·"
        line = Text.assemble(f"{position:>3} {mark} ", (one["title"], f"link {one['url']}"))
        line.append(f"  {one['listed_on']} ▲{one['upvotes']} {'; '.join(one['why'])}", "dim")
        console.print(line)


def _show_understood(results: SearchResults) -> None:
    if counted := names(results.topic):
        console.print(f"Counted too: {', '.join(counted)}", markup=False)
    if both := results.apart:
        line = f"As one subject {both.typed}; about both, {printed(both.both)}: {both.papers}"
        console.print(line, markup=False)
