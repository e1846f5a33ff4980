"""A sentence model that ships inside a package: how near a query is to papers, beyond their words. Optional."""
