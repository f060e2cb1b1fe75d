"""How long things are kept, what is held about a candidate, and how all of it goes. See docs/retention.md."""
