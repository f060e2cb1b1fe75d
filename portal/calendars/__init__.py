"""A coach's own calendar as a private address that calendar programs read."""
