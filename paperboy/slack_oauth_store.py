"""slack-sdk's own stores for installations, on Paperboy's database; its tables are made by our migrations."""

from __future__ import annotations

from datetime import UTC, datetime

from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.client.log_filter import library_log
from adapters.slack.install.installations import OAuthConfig
from paperboy.settings import Settings
from storage.database import Database

STATE_LIFETIME_SECONDS = 600  # seconds from the install page to Slack's leave


class ExpiringStateStore(AsyncSQLAlchemyOAuthStateStore):
    """Forgets what was begun and never finished; the store itself keeps it for ever."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(STATE_LIFETIME_SECONDS, engine, library_log())

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        now = datetime.now(UTC).replace(tzinfo=None)  # as the store writes it
        async with self.engine.begin() as connection:
            await connection.execute(delete(self.oauth_states).where(self.oauth_states.c.expire_at < now))
        return await super().async_issue(*args, **kwargs)


def make_slack_oauth(settings: Settings, storage: Database) -> OAuthConfig | None:
    """What installing in many workspaces needs; None without a client id and secret."""
    secret = settings.slack_client_secret.get_secret_value()
    if not (settings.slack_client_id and secret):
        return None
    return OAuthConfig(
        client_id=settings.slack_client_id,
        client_secret=secret,
        installations=AsyncSQLAlchemyInstallationStore(settings.slack_client_id, storage.engine, logger=library_log()),
        states=ExpiringStateStore(storage.engine),
        leases=storage.leases,
        public_url=settings.public_url,
    )
