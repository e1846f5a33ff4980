"""slack-sdk's own stores for installations, on Paperboy's database; its tables are made by our migrations."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex

from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.client.log_filter import library_log
from adapters.slack.install.installations import OAuthConfig
from paperboy.settings import Settings
from storage.database import Database

STATE_LIFETIME_SECONDS = 600  # seconds from the install page to Slack's leave


class SignedStateStore(AsyncSQLAlchemyOAuthStateStore):
    """States that prove themselves, so that a visit of the install page stores nothing: anybody may visit it.

    A state is the moment at which it ends, something random, and a signature. Only one that came back from Slack is
    stored, until it ends, so that it is good once.
    """

    def __init__(self, engine: AsyncEngine, key: str, now: Callable[[], float] = time.time) -> None:
        super().__init__(STATE_LIFETIME_SECONDS, engine, library_log())
        self._key = key.encode()
        self._now = now

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self._sign(f"{int(self._now()) + STATE_LIFETIME_SECONDS:x}-{token_hex(16)}")

    async def async_consume(self, state: str) -> bool:
        signed = str(state).rpartition("-")[0]
        if not hmac.compare_digest(str(state).encode(), self._sign(signed).encode()):
            return False
        ends = int(signed.partition("-")[0], 16)
        return ends > self._now() and await self._is_first_use(state, ends)

    async def _is_first_use(self, state: str, ends: int) -> bool:
        table = self.oauth_states
        now = datetime.fromtimestamp(self._now(), UTC).replace(tzinfo=None)  # as the table has it
        async with self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
            await connection.execute(delete(table).where(table.c.expire_at < now))
            if (await connection.execute(select(table.c.id).where(table.c.state == state))).first():
                return False
            ending = datetime.fromtimestamp(ends, UTC).replace(tzinfo=None)
            await connection.execute(insert(table).values(state=state, expire_at=ending))
        return True

    def _sign(self, signed: str) -> str:
        return f"{signed}-{hmac.new(self._key, b'paperboy slack state ' + signed.encode(), sha256).hexdigest()}"


def make_slack_oauth(settings: Settings, storage: Database) -> OAuthConfig | None:
    """What installing in many workspaces needs; None without a client id and secret."""
    secret = settings.slack_client_secret.get_secret_value()
    if not (settings.slack_client_id and secret):
        return None
    return OAuthConfig(
        client_id=settings.slack_client_id,
        client_secret=secret,
        installations=AsyncSQLAlchemyInstallationStore(settings.slack_client_id, storage.engine, logger=library_log()),
        states=SignedStateStore(storage.engine, secret),
        leases=storage.leases,
        public_url=settings.public_url,
    )
