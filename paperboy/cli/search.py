"""``paperboy search``: the archive on the command line, by the same function as ``/search``."""

from __future__ import annotations

import click
from rich.text import Text

from bot.commands.search.results import SearchResults, search_archive, search_results_data
from bot.i18n import t, tn
from bot.matching.prefilter.topic_variants import counted_synonyms
from bot.topics.formatter import format_topic
from paperboy.cli.index_progress import index_progress_shown
from paperboy.cli.session import console, error_console, print_json, print_sentence, run_command
from paperboy.container import open_app
from paperboy.settings import Settings

MAX_RESULTS_SHOWN = 20


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every paper, for machines.")
def search(query: tuple[str, ...], as_json: bool) -> None:
    """Search the whole archive; what a subscription to QUERY would deliver stands first."""

    async def work(settings: Settings) -> None:
        async with open_app(settings, with_platforms=False) as parts:
            async with index_progress_shown(lambda: parts.ingestor.index_progress, error_console):
                await parts.ingestor.sync_derived(parts.clock.now().date())
            results = await search_archive(parts.services, " ".join(query), parts.clock.now().date())
        if as_json:
            print_json(dict(search_results_data(results)))
        else:
            _show(results)

    run_command(work)


def _show(results: SearchResults) -> None:
    print_sentence(
        tn("{n} paper about it,", "{n} papers about it,", len(results.delivered)),
        tn("{n} that mentions it,", "{n} that mention it,", results.mention_count),
        t("{n} in all;", n=results.total),
        tn("{n} paper in the archive", "{n} papers in the archive", results.archive.paper_count),
    )
    _show_interpretation(results)
    for wrong, known in results.corrections.items():
        console.print(f"No paper says {wrong}. Did you mean {known}?", markup=False)
    for position, one in enumerate(search_results_data(results)["papers"][:MAX_RESULTS_SHOWN], 1):
        mark = "●" if one["delivered_by_topic"] else "·"
        line = Text.assemble(f"{position:>3} {mark} ", (one["title"], f"link {one['url']}"))
        line.append(f"  {one['listed_on']} ▲{one['upvotes']} {'; '.join(one['why'])}", "dim")
        console.print(line)


def _show_interpretation(results: SearchResults) -> None:
    if counted := counted_synonyms(results.topic):
        console.print(f"Counted too: {', '.join(counted)}", markup=False)
    if both := results.split_suggestion:
        line = (
            f"As one subject {both.papers_as_one}; about both, {format_topic(both.split_topic)}: {both.papers_as_two}"
        )
        console.print(line, markup=False)
