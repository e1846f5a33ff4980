"""What the bot is and what it tells about itself."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.telegram.parameters import BotApiCall, checked_fields
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.state import TelegramState

COMMANDS = 100
DESCRIPTION, SHORT_DESCRIPTION = 512, 120
SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip


async def get_me(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def set_my_commands(world: TelegramState, call: BotApiCall) -> bool:
    commands = call.value("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    world.settings.commands[_place(world, call)] = commands
    return True


async def get_my_commands(world: TelegramState, call: BotApiCall) -> list[dict[str, str]]:
    return world.settings.commands.get(_place(world, call), [])


async def delete_my_commands(world: TelegramState, call: BotApiCall) -> bool:
    world.settings.commands.pop(_place(world, call), None)
    return True


async def set_my_description(world: TelegramState, call: BotApiCall) -> bool:
    return _describe(world.settings.descriptions, call, "description", DESCRIPTION)


async def get_my_description(world: TelegramState, call: BotApiCall) -> dict[str, str]:
    return {"description": _described(world.settings.descriptions, call)}


async def set_my_short_description(world: TelegramState, call: BotApiCall) -> bool:
    return _describe(world.settings.short_descriptions, call, "short_description", SHORT_DESCRIPTION)


async def get_my_short_description(world: TelegramState, call: BotApiCall) -> dict[str, str]:
    return {"short_description": _described(world.settings.short_descriptions, call)}


def _check_command(command: Any) -> None:
    if not isinstance(command, dict):
        raise bad_request("expected an Object as BotCommand")
    checked_fields("BotCommand", command)
    name, description = command["command"].removeprefix("/"), command["description"]
    if not name:
        raise bad_request("command must be non-empty")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description.strip():
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def _place(world: TelegramState, call: BotApiCall) -> tuple[str, str]:
    scope = call.value("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    for name in SCOPES[scope["type"]]:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    if "chat_id" in scope:
        world.chat_of(BotApiCall(call.method, {"chat_id": scope["chat_id"]}))
    return json.dumps(scope, sort_keys=True), _language(call)


def _language(call: BotApiCall) -> str:
    language = call.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _describe(texts: dict[str, str], call: BotApiCall, name: str, longest: int) -> bool:
    """The refusal's wording is ours, the length is documented."""
    if len(call.text(name)) > longest:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    texts[_language(call)] = call.text(name)
    return True


def _described(texts: dict[str, str], call: BotApiCall) -> str:
    return texts.get(_language(call)) or texts.get("", "")
