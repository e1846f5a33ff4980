"""Getting updates, by asking or by being told."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.refusals import bad_request, terminated_by_set_webhook, webhook_is_active
from tests.fakes.telegram.state import TelegramState
from tests.fakes.telegram.updates import Update
from tests.fakes.telegram.webhook import check_address, check_secret


async def get_updates(world: TelegramState, call: BotApiCall) -> list[Update]:
    if world.webhook.url:
        raise webhook_is_active()
    world.updates.allow(_kinds(call))
    timeout = min(max(call.number("timeout"), 0), 50)
    return await world.updates.poll(call.number("offset"), call.number("limit", 100), timeout)


async def set_webhook(world: TelegramState, call: BotApiCall) -> bool:
    url, secret = call.text("url"), call.text("secret_token")
    if url:
        check_address(url)
        check_secret(secret)
    if call.flag("drop_pending_updates"):
        world.updates.forget()
    world.updates.allow(_kinds(call))
    world.updates.end_poll(terminated_by_set_webhook())
    await world.webhook.set(url, secret, call.number("max_connections", 40))
    return True


async def delete_webhook(world: TelegramState, call: BotApiCall) -> bool:
    if call.flag("drop_pending_updates"):
        world.updates.forget()
    await world.webhook.stop()
    return True


async def get_webhook_info(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    return world.webhook.as_json()


def _kinds(call: BotApiCall) -> list[str] | None:
    kinds = call.value("allowed_updates")
    if kinds is not None and not (isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)):
        raise bad_request("can't parse allowed updates list: Expected an Array of String")
    return kinds
