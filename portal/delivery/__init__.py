"""Whether mails arrived, for the people whom it concerns, and what is done about those that did not."""
