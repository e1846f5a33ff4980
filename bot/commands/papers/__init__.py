"""Commands about papers, lists and past digests."""
