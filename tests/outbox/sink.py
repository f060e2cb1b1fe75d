"""A mail server that does nothing but take mail, as fast as a program can: the floor that the outbox is measured on.

``python -m tests.outbox.sink FD [--keep FILE] [--delay SECONDS]`` serves on a listening socket of the parent's. A line
on standard input is answered with how many mails came since the last one, and how many different Message-IDs they had.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import sys
from pathlib import Path
from typing import BinaryIO

HELLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
ANSWERS = {
    b"EHLO": HELLO,
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RCPT": b"250 2.1.5 Ok\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"NOOP": b"250 2.0.0 Ok\r\n",
    b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
END = b"\r\n.\r\n"
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Taken:
    """What came since somebody asked."""

    def __init__(self, keep: BinaryIO | None) -> None:
        self.count = 0
        self.ids: set[bytes] = set()
        self._keep = keep

    def take(self, content: bytes) -> None:
        """One mail. With a file it is on the disk before this returns, as a server's 250 promises (RFC 5321, 6.1)."""
        found = MESSAGE_ID.search(content)
        self.count += 1
        self.ids.add(found[1] if found else b"")
        if self._keep is not None:
            self._keep.write(content)
            os.fdatasync(self._keep.fileno())

    def told(self) -> str:
        """How many mails and how many different ones; counting begins anew."""
        line = f"{self.count} {len(self.ids)}"
        self.count, self.ids = 0, set()
        return line


class Conversation(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, taken: Taken, delay: float) -> None:
        self._taken, self._delay = taken, delay
        self._heard = bytearray()
        self._in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport
        self._say(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        answers = b"".join(iter(self._next, b""))
        if answers:
            self._say(answers)

    def _next(self) -> bytes:
        """The answer to what was heard in full; empty when more has to come."""
        heard = self._heard
        if self._in_mail:
            end = heard.find(END)
            if end < 0:
                return b""
            self._taken.take(bytes(heard[: end + 2]))
            del heard[: end + len(END)]
            self._in_mail = False
            return b"250 2.0.0 Ok: queued\r\n"
        end = heard.find(b"\r\n")
        if end < 0:
            return b""
        verb = bytes(heard[:4]).upper()
        del heard[: end + 2]
        self._in_mail = verb == b"DATA"
        return ANSWERS.get(verb, b"500 5.5.2 What?\r\n")

    def _say(self, answer: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def serve(listening: socket.socket, taken: Taken, delay: float) -> None:
    """Take mail until standard input ends; ``delay`` is how long each answer takes, as over a network."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(taken, delay), sock=listening)
    ended = asyncio.Event()

    def asked() -> None:
        if sys.stdin.readline():
            print(taken.told(), flush=True)
        else:
            ended.set()

    loop.add_reader(sys.stdin, asked)
    await ended.wait()
    server.close()


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.outbox.sink", description=__doc__)
    parser.add_argument("fd", type=int, help="number of a listening socket that the parent opened")
    parser.add_argument("--keep", type=Path, help="file that every mail is forced to before it is accepted")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until an answer leaves")
    options = parser.parse_args()
    keep = options.keep.open("wb", buffering=0) if options.keep else None
    asyncio.run(serve(socket.socket(fileno=options.fd), Taken(keep), options.delay))


if __name__ == "__main__":
    main()
