"""What several processes share: leases and allowances."""
