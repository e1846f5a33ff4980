"""Which topics a paper can match at all, without deciding each."""
