"""The lists as pages for everybody: rendered here, without scripts, cookies or anything of a chat."""

from adapters.pages.routes import PageOptions, SubscribeOffer, page_routes

__all__ = ["PageOptions", "SubscribeOffer", "page_routes"]
