"""An SMTP server that delivers nothing: each message it takes becomes a file of the demonstration's mailbox.

``python -m portal.demo.catcher --mailbox FOLDER --port PORT`` (or ``--fd N``, a socket of the parent's).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_MESSAGE_BYTES = 10_000_000


def save_message(mailbox: Path, sender: str, recipients: Sequence[str], content: bytes) -> Path:
    """Write one message as an .eml file that appears whole or not at all, and return its path.

    The name sorts by the time of arrival (UTC). Who it was really sent to stands in front of the message, in
    Delivered-To, as a mail server writes it (RFC 9228). OSError when it cannot be written.
    """
    mailbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
    envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
    unfinished = mailbox / f".{name}"
    try:
        with unfinished.open("wb") as file:
            file.write("".join(f"{line}\r\n" for line in envelope).encode())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return unfinished.rename(mailbox / f"{name}.eml")
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


class Mailbox:
    """What the SMTP server does with a message: save it, then say that it was taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Save the message; asks the sender to come back later when the disk refuses it."""
        content = envelope.original_content or b""
        try:
            save_message(self.folder, envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            return f"452 The message could not be saved: {error.strerror}"
        return "250 Saved in the demonstration's mailbox"


async def serve(listening: socket.socket, mailbox: Path, stop: asyncio.Event) -> None:
    """Take mail on a listening socket until `stop` is set."""

    def session() -> SMTP:
        return SMTP(Mailbox(mailbox), data_size_limit=MAX_MESSAGE_BYTES, enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(session, sock=listening)
    try:
        await stop.wait()
    finally:
        server.close()


async def _run(listening: socket.socket, mailbox: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(listening, mailbox, stop)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 1 with a sentence when the port cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m portal.demo.catcher", description=__doc__)
    parser.add_argument("--mailbox", type=Path, required=True, help="folder for the .eml files")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--port", type=int, help="port on 127.0.0.1")
    place.add_argument("--fd", type=int, help="number of a listening socket that the parent opened")
    options = parser.parse_args(arguments)
    try:
        if options.fd is not None:
            listening = socket.socket(fileno=options.fd)
        else:
            listening = socket.create_server(("127.0.0.1", options.port))
    except OSError as error:
        print(f"The mailbox cannot listen: {error.strerror}.", file=sys.stderr)
        return 1
    asyncio.run(_run(listening, options.mailbox))
    return 0


if __name__ == "__main__":
    sys.exit(main())
