"""What every command does first and last: read the settings, start the log, turn what can go wrong into words."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import click
from pydantic import ValidationError
from rich.console import Console

from bot.errors import InputError
from bot.i18n import LazyText, Translator
from bot.matching.catalogue.catalogue import CatalogueError
from paperboy.file_rights import PRIVATE_UMASK
from paperboy.logs import start_logging
from paperboy.settings import Settings, read_env_lines, read_environment
from paperboy.settings_mistakes import describe_mistake
from paperboy.settings_warnings import settings_warnings
from storage.engine.errors import DatabaseError

log = logging.getLogger(__name__)

EXIT_FAILED, EXIT_WRONG_USE = 1, 2

# Lines for scripts stay whole; what people read is wrapped to their window.
console = Console(highlight=False, soft_wrap=True)
wrapped_console = Console(highlight=False)
error_console = Console(stderr=True, highlight=False, soft_wrap=True)


def run_command(work: Callable[[Settings], Awaitable[int | None]], *, quiet: bool = True) -> NoReturn:
    """Runs ``work`` with the settings and exits: 0 done, 1 failed, 2 wrong use. ``quiet``: warnings only in the log."""
    settings = read_settings()
    os.umask(PRIVATE_UMASK)  # the database, its log, the index, the lock: all hold what is nobody else's
    level = "warning" if quiet and settings.log_level == "info" else settings.log_level
    start_logging(level, settings.log_format, settings.secrets)
    if not quiet:
        for each in settings_warnings(settings, read_env_lines(), read_environment()):
            log.warning("%s %s", each.what, each.remedy)
    try:
        sys.exit(asyncio.run(_await(work(settings))) or 0)
    except DatabaseError as problem:
        exit_failed(f"{problem.reason} {problem.remedy}")
    except InputError as mistake:
        exit_input_error(mistake)
    except CatalogueError as mistake:
        exit_refused(f"CATALOGUE: {Translator().plain_text(mistake.sentence)}")
    except KeyboardInterrupt:
        sys.exit(130)


async def _await(work: Awaitable[int | None]) -> int | None:
    return await work


def read_settings() -> Settings:
    """The settings; a wrong one is told by its name, and the value of a secret never."""
    logging.getLogger("dotenv").setLevel(logging.ERROR)  # what it can't read is said by us, with what to do
    try:
        return Settings()
    except ValidationError as problem:
        for error in problem.errors(include_url=False, include_input=False):
            error_console.print(describe_mistake(error), markup=False)
        error_console.print("The setting stands in the environment or in .env; .env.example says what each one takes.")
        sys.exit(EXIT_WRONG_USE)
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no text in UTF-8"
        error_console.print(f".env can't be read: {why}. Correct it or take it away; .env.example shows how it looks.")
        sys.exit(EXIT_WRONG_USE)


def exit_failed(sentence: str) -> NoReturn:
    """Says what went wrong and what to do, and exits 1."""
    error_console.print(sentence, markup=False)
    sys.exit(EXIT_FAILED)


def exit_refused(sentence: str) -> NoReturn:
    """Says why this can't be done so, and exits 2."""
    error_console.print(sentence, markup=False)
    sys.exit(EXIT_WRONG_USE)


def exit_input_error(mistake: InputError) -> NoReturn:
    """Shows a person's mistake with its place and what would work, and exits 2."""
    error_console.print(Translator().plain_text(mistake.message), markup=False)
    if mistake.input and mistake.span:
        first, last = mistake.span
        error_console.print(f"  {mistake.input}\n  {' ' * first}{'^' * max(last - first, 1)}", markup=False)
    for suggestion in mistake.suggestions:
        error_console.print(f"  try: {suggestion}", markup=False)
    sys.exit(EXIT_WRONG_USE)


def print_json(value: dict[str, Any]) -> None:
    """One object on standard output, in characters that its encoding has."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(text if _is_encodable(text) else json.dumps(value, indent=2))


def _is_encodable(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def print_sentence(*sentences: LazyText) -> None:
    """One line on standard output, in the words of the catalogue."""
    console.print(" ".join(map(Translator().plain_text, sentences)), markup=False)
