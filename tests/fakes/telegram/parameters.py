"""Reading a request's parameters and checking them against the description of the Bot API.

Where the real server is lenient (it takes a misspelt number for 0 and ignores unknown names) the fake
is stricter, since in a test both are mistakes: a wrong type is refused, an unknown name is recorded in
`Call.unknown`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.telegram.refusals import bad_request

API = json.loads(Path(__file__).with_name("bot_api.json").read_text(encoding="utf-8"))
METHODS: dict[str, dict[str, str]] = API["methods"]
TYPES: dict[str, dict[str, str]] = API["types"]
UPDATE_KINDS: frozenset[str] = frozenset(API["updates"])
NAMES = {name.lower(): name for name in (*METHODS, *API["other_methods"])}
"""Method names are read without regard to case."""

PLAIN = {"Boolean": (bool, "Boolean"), "Integer": (int, "Number"), "String": (str, "String")}
WHEN_MISSING = {
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "action": "wrong parameter action in request",
    "document": "there is no document in the request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "inline_query_id": "query is too old and response timeout expired or query ID is invalid",
}
MAY_BE_EMPTY = {"url", "chat_id"}
"""An empty address removes the webhook; an empty chat_id is refused only where the chat is looked up."""


@dataclasses.dataclass(frozen=True, slots=True)
class MultipartFile:
    name: str
    content: bytes
    media_type: str


@dataclasses.dataclass(slots=True)
class BotApiCall:
    """One request: the method by its right name, its parameters decoded by type, its files."""

    method: str
    parameters: dict[str, Any]
    files: dict[str, MultipartFile] = dataclasses.field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Parameters that the method does not have."""

    def text(self, name: str) -> str:
        return str(self.parameters.get(name, ""))

    def number(self, name: str, default: int = 0) -> int:
        value = self.parameters.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        return self.parameters.get(name) is True

    def value(self, name: str) -> Any:
        return self.parameters.get(name)


async def read_call(request: web.Request, method: str) -> BotApiCall:
    """The call in a request's query, form, multipart form or JSON body; nothing is refused here."""
    fields: dict[str, Any] = dict(request.query)
    files: dict[str, MultipartFile] = {}
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        fields |= {name: value for name, value in body.items() if value is not None}
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = MultipartFile(value.filename, value.file.read(), value.content_type)
            else:
                fields[name] = value if isinstance(value, str) else bytes(value).decode()
    known = METHODS.get(method, {})
    return BotApiCall(method, fields, files, tuple(name for name in fields if name not in known))


def check_call(call: BotApiCall) -> None:
    """Decode the parameters by their types; raises `Refused` for a wrong or missing one."""
    known = METHODS[call.method]
    for name, value in list(call.parameters.items()):
        if name in known:
            call.parameters[name] = _decoded(name, value, known[name].rstrip("!"))
    for name, kind in known.items():
        if kind.endswith("!") and name not in MAY_BE_EMPTY and not _given(call, name):
            raise bad_request(WHEN_MISSING.get(name, f'parameter "{name}" is required'))


def checked_fields(kind: str, value: Mapping[str, Any], prefix: str = "") -> None:
    """Check an object by its description, in the words of the server's JSON reader."""
    for name, described in TYPES[kind].items():
        if name in value:
            _check_field(name, value[name], described.rstrip("!"), prefix)
        elif described.endswith("!"):
            raise bad_request(f'{prefix}Can\'t find field "{name}"')


def _check_field(name: str, value: Any, kind: str, prefix: str) -> None:
    expected, word = PLAIN.get(kind, (object, ""))
    if kind.startswith("Array"):
        expected, word = list, "Array"
    wrong = not isinstance(value, expected) or (kind == "Integer" and isinstance(value, bool))
    if wrong and not (kind == "Integer" and isinstance(value, str) and value.lstrip("-").isdigit()):
        raise bad_request(f'{prefix}Field "{name}" must be of type {word}')


def _given(call: BotApiCall, name: str) -> bool:
    return call.parameters.get(name) not in (None, "") or name in call.files


def _decoded(name: str, value: Any, kind: str) -> Any:
    if kind == "Integer":
        return _integer(name, value)
    if kind == "Boolean":
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")
    if ("String" in kind and not kind.startswith("Array")) or "InputFile" in kind:
        return value if isinstance(value, int) else str(value)
    return _json(name, value)


def _integer(name: str, value: Any) -> int:
    """Our own words: the server would go on with 0."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_request(f'parameter "{name}" must be of type Integer') from None


def _json(name: str, value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value or None
    try:
        return json.loads(value)
    except ValueError:
        what = "reply keyboard markup" if name == "reply_markup" else name
        raise bad_request(f"can't parse {what} JSON object") from None
