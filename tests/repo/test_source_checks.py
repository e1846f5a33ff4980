"""What ``doctor`` says of the sources, and a token that was copied badly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.ports import SourceState
from paperboy.settings import Settings
from paperboy.status import check_source

NOW = datetime(2026, 8, 18, 9, tzinfo=UTC)


def state(name: str, problem: str, *, failing: bool = False) -> SourceState:
    since = NOW - timedelta(hours=1) if failing else None
    return SourceState(name, NOW, date(2026, 8, 18), 7, list_complete=False, problem=problem, failing_since=since)


@pytest.mark.parametrize(
    ("found", "said", "mend"),
    [
        (state("arxiv", "cs.ZZ: HTTP 404"), "Not everything could be read: cs.ZZ: HTTP 404.", "ARXIV_CATEGORIES"),
        (state("huggingface", "HF_TOKEN: refused (HTTP 401), read without it"), "HF_TOKEN: refused", "Set HF_TOKEN"),
        (state("huggingface", "2026-08-14: HTTP 500"), "2026-08-14: HTTP 500", "tried again"),
        (state("huggingface", "HTTP 503", failing=True), "The last try failed: HTTP 503.", "tried again"),
    ],
)
def test_what_failed_of_a_source_is_named_with_what_to_do(found: SourceState, said: str, mend: str) -> None:
    result = check_source(found, NOW)
    assert result.level == "warn"
    assert said in result.what
    assert mend in result.mend


def test_a_token_is_stripped_of_the_line_end_that_copying_adds() -> None:
    assert Settings(_env_file=None, hf_token=" hf_abc\r\n").hf_token.get_secret_value() == "hf_abc"


@pytest.mark.parametrize("token", ["hf_abc…", "hf_a\nbc", "hf_a bc", "hf_abc\u200b"])
def test_a_token_that_no_header_carries_is_one_line_that_names_the_setting(token: str) -> None:
    with pytest.raises(ValidationError, match="copy it again") as refusal:
        Settings(_env_file=None, hf_token=token)
    (problem,) = refusal.value.errors()
    assert problem["loc"] == ("hf_token",)
