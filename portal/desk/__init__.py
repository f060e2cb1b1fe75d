"""The first page of each role: what waits for you, what is due, what is new. Reads every room, changes nothing."""
