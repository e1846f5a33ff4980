"""The local chat's page: rendered here, works without a network and without scripts."""

from adapters.web.access import ChatAccess
from adapters.web.routes import chat_routes
from adapters.web.visitors import is_local_visitor, visitor_address

__all__ = ["ChatAccess", "chat_routes", "is_local_visitor", "visitor_address"]
