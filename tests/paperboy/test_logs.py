"""What the operator reads in the log while something goes wrong over and over."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import httpx
import pytest
from telegram.error import NetworkError

from paperboy.logs import REPEAT_SECONDS, NetworkErrorFilter, RepeatFilter, SecretFilter


class Log:
    """A log as ``paperboy run`` writes it, with a clock that stands still."""

    def __init__(self) -> None:
        self.now = 0.0
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        for each in (NetworkErrorFilter(), SecretFilter(["hunter22"]), RepeatFilter(lambda: self.now)):
            handler.addFilter(each)
        self.handler = handler
        self.logger = logging.getLogger("flooded")
        self.logger.addHandler(handler)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    yield log
    log.logger.removeHandler(log.handler)


def test_a_flood_of_one_line_is_one_line_and_its_number(log: Log) -> None:
    for _ in range(951):
        log.logger.warning("chat %s asks too much", 7)
    assert log.lines == ["chat 7 asks too much"]
    log.now = REPEAT_SECONDS
    log.logger.warning("something else")
    assert log.lines[1:] == ["chat 7 asks too much (950 times more in 60 s)", "something else"]
    log.logger.warning("chat %s asks too much", 7)
    assert log.lines[3:] == ["chat 7 asks too much"]


def test_lines_that_differ_and_other_errors_are_all_there(log: Log) -> None:
    for number in range(5):
        log.logger.warning("chat %s asks too much", number)
        try:
            raise ValueError(number)
        except ValueError:
            log.logger.exception("not read")
    assert sum(line.startswith("ValueError") for line in log.lines) == 5
    assert sum(line.startswith("chat") for line in log.lines) == 5


def test_a_secret_stays_one_in_the_number_of_repeats(log: Log) -> None:
    for _ in range(3):
        log.logger.warning("refused: hunter22")
    log.now = REPEAT_SECONDS
    log.logger.warning("later")
    assert log.lines == ["refused: ***", "refused: *** (2 times more in 60 s)", "later"]


async def test_somebody_who_can_not_be_reached_is_one_line_without_a_traceback(log: Log) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(3):
            try:
                await client.get("http://127.0.0.1:9/")
            except httpx.HTTPError:
                log.logger.exception("the hub could not be read")
    assert log.lines == ["the hub could not be read (ConnectError: All connection attempts failed)"]


def test_telegrams_library_says_that_it_is_away_in_one_line(log: Log) -> None:
    for _ in range(3):
        try:
            try:
                raise ConnectionRefusedError
            except ConnectionRefusedError as refused:
                raise NetworkError("httpx.ConnectError") from refused
        except NetworkError:
            log.logger.exception("Bootstrap delete Webhook Failed run number 0 of 0. Aborting.")
    assert len(log.lines) == 1


def test_a_mistake_of_ours_keeps_its_traceback(log: Log) -> None:
    try:
        int("x")
    except ValueError:
        log.logger.exception("not done")
    assert "Traceback" in log.stream.getvalue()
