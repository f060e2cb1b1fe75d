"""Make rows for tests: one function a table; what a test does not care about has a sensible value."""
