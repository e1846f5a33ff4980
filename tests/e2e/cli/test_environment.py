"""What the machine brings along: proxies, encodings, variables of other programs; ``paperboy`` as a real process."""

from __future__ import annotations

import pytest

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
