"""Which papers match which topics: stored for what is followed, made afresh for what is asked."""
