"""Following, muting and sharing topics."""
