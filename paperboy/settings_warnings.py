"""What the operator set that does not do what it looks like: unknown names, lines that can't be read, odd tokens.

Nothing of it stops the start; it is said there and in ``doctor``. Never with a value that may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from rapidfuzz import fuzz, process

from paperboy.settings import ENV_FILE, EnvLine, Settings

_CLOSE: Final = 88  # of 100: one letter of eight
_OWN_PREFIX: Final = "PAPERBOY_"
# Of other programs, though close to names of ours.
_NAMES_OF_OTHERS: Final = frozenset({"FTP_PROXY", "SOCKS_PROXY", "RSYNC_PROXY", "WS_PROXY", "WSS_PROXY"})
_CHAT: Final = re.compile(r"local|telegram:-?\d+(?:/\d+)?|slack:[A-Z0-9]+/[A-Z0-9]+")
_TOKEN_FORMS: Final = {
    "telegram_bot_token": (r"\d+:[\w-]+", "123456:ABC-DEF, as @BotFather gives it"),
    "slack_bot_token": (r"(?:xoxe\.)?xoxb-.+", "xoxb-..., the Bot User OAuth Token"),
    "slack_app_token": (r"xapp-.+", "xapp-..., an app-level token"),
}


@dataclass(frozen=True, slots=True)
class SettingWarning:
    """One sentence, and what to do."""

    what: str
    remedy: str


def settings_warnings(
    settings: Settings, lines: Iterable[EnvLine], environment: Mapping[str, str]
) -> Iterator[SettingWarning]:
    """``lines`` are those of ``.env``, of which every name counts; of the ``environment``, which every program
    shares, only what looks like one of ours."""
    names = [name.upper() for name in type(settings).model_fields]
    given = {name.upper() for name in environment} | {line.name.upper() for line in lines}
    for line in lines:
        yield from _of_line(line, names)
    for name in environment:
        if (meant := _meant_in_environment(name, environment[name], names)) and meant not in given:
            yield _unknown(f"{name} in the environment", meant)
    yield from _of_values(settings)


def _of_line(line: EnvLine, names: Sequence[str]) -> Iterator[SettingWarning]:
    if line.readable:
        if line.name.upper() not in names:
            yield _unknown(f"{line.name} in {ENV_FILE}", closest_name(line.name, names))
        return
    form = f"{line.name}=..." if line.name else "NAME=value"
    yield SettingWarning(f"Line {line.number} of {ENV_FILE} can't be read.", f"Write it like {form}")


def _unknown(name: str, meant: str) -> SettingWarning:
    question = f"; did you mean {meant}?" if meant else "."
    remedy = f"Call it {meant}." if meant else ".env.example has every name."
    return SettingWarning(f"{name} is not a setting{question}", remedy)


def closest_name(name: str, names: Sequence[str]) -> str:
    """The setting that ``name`` may have meant: one letter off, a word short or too long, or with our own name before
    it; '' for none."""
    bare = name.upper().removeprefix(_OWN_PREFIX)
    if bare in names:
        return bare
    near = [each for each in names if _one_word_apart(bare, each)]
    if not near and (found := process.extractOne(bare, names, scorer=fuzz.ratio, score_cutoff=_CLOSE)):
        near = [found[0]]
    return max(near, key=lambda each: fuzz.ratio(bare, each), default="")


def _one_word_apart(name: str, other: str) -> bool:
    """``TELEGRAM_TOKEN`` and ``TELEGRAM_BOT_TOKEN``, but not ``HOST`` and ``DB_HOST``."""
    words, others = set(name.split("_")), set(other.split("_"))
    return len(words ^ others) == 1 and len(words & others) > 1


def _meant_in_environment(name: str, value: str, names: Sequence[str]) -> str:
    """Kubernetes sets PAPERBOY_PORT=tcp://... for a service of that name."""
    if name.upper() in names or name.upper() in _NAMES_OF_OTHERS or value.startswith("tcp://"):
        return ""
    return closest_name(name, names)


def _of_values(settings: Settings) -> Iterator[SettingWarning]:
    for name, (form, like) in _TOKEN_FORMS.items():
        token = getattr(settings, name).get_secret_value()
        if token and not re.fullmatch(form, token):
            yield SettingWarning(f"{name.upper()} does not look like such a token.", f"It is written like {like}.")
    if not _is_loopback(settings.host) and not settings.web_password.get_secret_value():
        what = f"HOST={settings.host} opens Paperboy to other machines, but WEB_PASSWORD is not set."
        yield SettingWarning(what, "Set WEB_PASSWORD to use the local chat from there, or leave HOST out.")
    if settings.public_url.startswith("http://"):
        what = "PUBLIC_URL does not begin with https://, and neither Telegram nor Slack sends to such an address."
        yield SettingWarning(what, "Give the https address of this server, or leave it out.")
    for name in ("admin_chats", "allowed_chats"):
        if odd := sorted(chat for chat in getattr(settings, name) if not _CHAT.fullmatch(chat)):
            what = f"{name.upper()}: {', '.join(odd)} is no chat, so nobody is meant by it."
            yield SettingWarning(what, "A chat is written telegram:<chat>, slack:<team>/<channel or user> or local.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
