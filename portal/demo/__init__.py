"""The demonstration: its data, its mailbox and the program behind `make run`."""
