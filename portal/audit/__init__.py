"""Who did what, and who looked at whom. Plain ids, no relationship to what is logged, so that it outlives it."""
