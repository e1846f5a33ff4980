"""The pages that a browser shows while the app is installed. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping
from string import Template
from typing import Final

from slack_sdk.oauth import RedirectUriPageRenderer

_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; }
a.button { display: inline-block; padding: .6rem 1.1rem; border-radius: .4rem; background: #1d3557; color: #fff;
  text-decoration: none; font-weight: 600; }
</style>
</head>
<body>
<h1>$title</h1>
$body
</body>
</html>
""")

#: What went wrong, by slack-bolt's and Slack's names for it, and what to do.
_FAILURES: Final[Mapping[str, str]] = {
    "access_denied": "You cancelled it, so nothing was installed.",
    "invalid_browser": "This was begun in another browser, or too long ago.",
    "invalid_state": "This was begun too long ago, or it is finished already.",
    "missing_code": "Slack did not say that it may be installed.",
    "invalid_code": "Slack did not confirm it.",
    "storage_error": "Slack agreed, but it could not be written down here.",
    "unavailable": "Something does not work here at the moment. Please try again in a few minutes.",
}


def install_page(url: str) -> str:
    """The page with the way to Slack."""
    return _page(
        "Add Paperboy to Slack",
        "Paperboy posts the AI papers your team follows, once a day, and is silent otherwise. Nothing is posted "
        "anywhere until you choose.",
        ("Add to Slack", url),
    )


class InstallPages(RedirectUriPageRenderer):
    """What a browser shows when Slack sent it back."""

    def render_success_page(
        self,
        app_id: str,
        team_id: str | None,
        is_enterprise_install: bool | None = None,
        enterprise_url: str | None = None,
    ) -> str:
        where = f"https://slack.com/app_redirect?app={app_id}" + (f"&team={team_id}" if team_id else "")
        return _page(
            "Paperboy is installed",
            "It wrote to you in Slack, and nowhere else: there you choose what to follow and where it goes.",
            ("Open Slack", where),
        )

    def render_failure_page(self, reason: str) -> str:
        explanation = _FAILURES.get(reason.partition(":")[0], "Slack did not install it.")
        return _page("Paperboy was not installed", explanation, ("Try again", self.install_path))


def _page(title: str, text: str, button_link: tuple[str, str]) -> str:
    label, url = button_link
    link = f'<p><a class="button" href="{html.escape(url)}">{html.escape(label)}</a></p>'
    return _PAGE.substitute(title=html.escape(title), body=f"<p>{html.escape(text)}</p>\n{link}")
