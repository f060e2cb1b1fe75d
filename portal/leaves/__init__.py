"""Coaches' leaves: from when to when somebody is away, and which colleague stands in for them."""
