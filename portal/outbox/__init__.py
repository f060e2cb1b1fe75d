"""Mails: a row in the transaction of the change that it speaks of, sent by a worker."""
