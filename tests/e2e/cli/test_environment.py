"""What the machine brings along: proxies, encodings, variables of other programs; ``paperboy`` as a real process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.local.capabilities import LOCAL
from paperboy.sender_lock import SenderLock
from paperboy.settings import Settings, read_env_lines
from paperboy.settings_warnings import settings_warnings
from storage.database import Database
from tests.e2e.cli.test_command_line import CommandLine, forked, hub, shell
from tests.fakes.proxy import FakeProxy
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram

__all__ = ["forked", "hub", "shell"]

pytestmark = pytest.mark.long(20)


def findings(report: dict[str, list[dict[str, str]]]) -> dict[str, dict[str, str]]:
    return {finding["name"]: finding for finding in report["findings"]}


@pytest.mark.parametrize(
    "variables",
    [
        {"NO_PROXY": "localhost,fd00::/8"},
        {"no_proxy": "localhost,[::1]:8,,a:b:c", "HTTP_PROXY": "", "https_proxy": ""},
        {"ALL_PROXY": "socks5h://127.0.0.1:1080", "NO_PROXY": "127.0.0.1"},
    ],
)
async def test_it_starts_with_what_container_tools_set(shell: CommandLine, variables: dict[str, str]) -> None:
    assert (await shell.run("doctor", **variables)).code == 0
    assert "new" in (await shell.run("fetch", **variables)).out


async def test_every_service_on_this_machine_is_reached_without_the_proxy(shell: CommandLine) -> None:
    async with FakeProxy() as proxy, FakeTelegram() as telegram, FakeSlack() as slack:
        team = slack.workspace("T1")
        services = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
            "SLACK_BOT_TOKEN": team.bot_token,
            "SLACK_APP_TOKEN": team.app_token,
            "SLACK_API_URL": slack.url,
            "HTTP_PROXY": f"http://user:secret@{proxy.address}",
        }
        direct = await shell.run("doctor", "--json", NO_PROXY="127.0.0.1", **services)
        assert direct.code == 0
        assert proxy.requests == []
        assert "HF_ENDPOINT without (NO_PROXY)" in findings(direct.json)["proxy"]["what"]

        through = await shell.run("doctor", "--json", **services)
        assert through.code == 1
        assert len(proxy.requests) == len({line.split()[1].split("/")[2] for line in proxy.requests}) == 2
        assert f"by http://{proxy.address}" in findings(through.json)["proxy"]["what"]
        assert "secret" not in through.out + through.err


async def test_slack_behind_a_socks_proxy_is_told_what_would_work(shell: CommandLine) -> None:
    ended = await shell.run(
        "doctor", "--json", ALL_PROXY="socks5://127.0.0.1:1", SLACK_BOT_TOKEN="xoxb-1-2", SLACK_SIGNING_SECRET="s"
    )
    assert ended.code == 1
    told = [finding for finding in ended.json["findings"] if "SOCKS" in finding["what"]]
    assert any("HTTPS_PROXY" in finding["mend"] for finding in told)


@pytest.mark.parametrize(
    ("variables", "file", "said", "remedy"),
    [
        (
            {"TELEGRAM_TOKEN": "1:x"},
            "",
            "TELEGRAM_TOKEN in the environment is not a setting; did you mean TELEGRAM_BOT_TOKEN?",
            "",
        ),
        ({"SLACK_TOKEN": "x"}, "", "did you mean SLACK_BOT_TOKEN?", ""),
        ({"PAPERBOY_TIMEZONE": "UTC"}, "", "did you mean TIMEZONE?", ""),
        ({"WEBPASSWORD": "x"}, "", "did you mean WEB_PASSWORD?", ""),
        (
            {},
            "TELEGRAM_TOKEN=1:secret\n",
            ".env is not a setting; did you mean TELEGRAM_BOT_TOKEN?",
            "",
        ),
        ({}, "COLOUR=blue\n", "COLOUR in .env is not a setting.", ".env.example"),
        ({}, "# mine\n\nPORT 8080\n", "Line 3 of .env can't be read.", "PORT=..."),
        ({}, "MEANING=off\nWEB_PASSWORD: secret\n", "Line 2 of .env can't be read.", "WEB_PASSWORD=..."),
        ({}, "HOST\n", "Line 1 of .env can't be read.", "HOST=..."),
        ({"TELEGRAM_BOT_TOKEN": "secret"}, "", "TELEGRAM_BOT_TOKEN does not look like such a token.", "@BotFather"),
        ({"SLACK_BOT_TOKEN": "xapp-secret"}, "", "SLACK_BOT_TOKEN does not look like such a token.", "xoxb-"),
        ({"SLACK_APP_TOKEN": "xoxb-secret"}, "", "SLACK_APP_TOKEN does not look like such a token.", "xapp-"),
        ({"HOST": "0.0.0.0"}, "", "HOST=0.0.0.0 opens Paperboy to other machines, but WEB_PASSWORD is not set.", ""),
        ({"PUBLIC_URL": "http://paperboy.example"}, "", "PUBLIC_URL does not begin with https://", ""),
        ({"ADMIN_CHATS": "bob"}, "", "ADMIN_CHATS: bob is no chat", "telegram:<chat>"),
    ],
)
def test_a_setting_that_does_nothing_is_said_with_what_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], file: str, said: str, remedy: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(file)
    settings = Settings.model_validate({name.lower(): value for name, value in variables.items()})
    (warning,) = settings_warnings(settings, read_env_lines(), variables)
    assert said in warning.what
    assert remedy in warning.remedy
    assert "secret" not in warning.what + warning.remedy


@pytest.mark.parametrize(
    "variables",
    [
        {
            "HOSTNAME": "box",
            "HOSTTYPE": "x",
            "TERM": "x",
            "TZ": "UTC",
            "FTP_PROXY": "x",
            "LOGNAME": "me",
            "HF_HOME": "/x",
        },
        {"PAPERBOY_PORT": "tcp://10.0.0.1:80", "PAPERBOY_SERVICE_HOST": "10.0.0.1", "PAPERBOY_SERVICE_PORT": "80"},
        {"SLACK_WEBHOOK_URL": "x", "TELEGRAM_CHAT_ID": "1", "DATABASE": "x", "HTTP_PROXY": "x"},
        {"TELEGRAM_TOKEN": "x", "TELEGRAM_BOT_TOKEN": "1:x"},
    ],
)
def test_variables_of_other_programs_are_left_alone(variables: dict[str, str]) -> None:
    assert list(settings_warnings(Settings(_env_file=None), [], variables)) == []


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("hf_token", " hf_abc\n", "hf_abc"),
        ("telegram_bot_token", "123:ABC\r\n", "123:ABC"),
        ("slack_signing_secret", "\tabc ", "abc"),
        ("web_password", "with a blank \n", "with a blank"),
    ],
)
def test_secrets_lose_what_copying_added(name: str, given: str, meant: str) -> None:
    assert getattr(Settings.model_validate({name: given}), name).get_secret_value() == meant


@pytest.mark.parametrize(("given", "meant"), [("Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("", "")])
def test_a_time_zone_is_understood_as_in_a_chat(given: str, meant: str) -> None:
    assert Settings(timezone=given, _env_file=None).timezone == meant


async def test_the_start_and_doctor_say_it(shell: CommandLine) -> None:
    (shell.folder / ".env").write_text("PORT 8080\nTELEGRAM_TOKEN=123:secret\n")
    told = await shell.run("doctor", "--json")
    assert "dotenv" not in told.err
    assert [each["what"].split(" ")[0] for each in told.json["findings"] if each["name"] == "settings"] == [
        "Line",
        "TELEGRAM_TOKEN",
    ]
    shell.settings["HOST"] = "999.1.1.1"  # so that it ends by itself
    started = await shell.run("run")
    assert "Line 1 of .env can't be read. Write it like PORT=..." in started.err
    assert "did you mean TELEGRAM_BOT_TOKEN?" in started.err
    assert "secret" not in told.out + told.err + started.err
    assert "is not a setting" not in (await shell.run("status")).err


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
async def test_every_encoding_gets_the_answer(shell: CommandLine, encoding: str) -> None:
    await shell.run("fetch")
    found = await shell.run("search", "titles", "OR", "αβγ", "--json", PYTHONIOENCODING=encoding)
    assert found.code == 0
    assert json.loads(found.out)["query"] == "titles OR αβγ"
    for words in (("search", "titles", "OR", "αβγ"), ("status",)):
        assert (await shell.run(*words, PYTHONIOENCODING=encoding)).code == 0


@pytest.mark.parametrize("beside_another", [False, True])
async def test_deliver_ends_and_says_what_waits_until_when(shell: CommandLine, beside_another: bool) -> None:
    await shell.run("fetch")
    await shell.run("chat", typed="/subscribe upvotes>=0\nexit\n")
    database = Database(f"sqlite:///{shell.folder / 'paperboy.db'}")
    async with database.write() as work:
        noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
        await work.outbox.suspend(LOCAL, "", noon + timedelta(seconds=43838))
        await work.commit()
    await database.close()
    running = SenderLock(shell.folder / "paperboy.db")
    assert not beside_another or running.acquire()
    try:
        ended = await shell.run("deliver", "--now")
    finally:
        if beside_another:
            running.release()
    assert ended.code == 0
    assert "1 chat planned" in ended.out
    assert "0 messages sent" in ended.out
    assert "1 message waits until Thu 5 Mar 00:10 UTC" in ended.out
