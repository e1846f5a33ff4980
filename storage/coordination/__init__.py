"""What several processes share: leases and rate limits."""
