"""The lists as feeds, in two forms: Atom and JSON Feed."""

from adapters.feeds.routes import FeedOptions, feed_routes

__all__ = ["FeedOptions", "feed_routes"]
