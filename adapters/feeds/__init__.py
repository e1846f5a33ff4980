"""The lists as feeds, in two forms: Atom and JSON Feed."""

from adapters.feeds.chat_routes import chat_feed_addresses, chat_feed_routes
from adapters.feeds.routes import FeedOptions, feed_routes
from adapters.feeds.visitor_limit import VisitorLimit

__all__ = ["FeedOptions", "VisitorLimit", "chat_feed_addresses", "chat_feed_routes", "feed_routes"]
