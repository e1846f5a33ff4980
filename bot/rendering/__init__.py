"""From the stored content of a delivery to a view."""
