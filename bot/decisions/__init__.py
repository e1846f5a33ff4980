"""Which papers match which topics: materialized for what is followed, computed on the fly for what is asked."""
