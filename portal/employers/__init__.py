"""Organisations, their people, workplaces, and the relationship with them."""
