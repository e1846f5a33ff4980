"""The local chat's page: rendered here, works without a network and without scripts."""

from adapters.web.routes import chat_routes

__all__ = ["chat_routes"]
