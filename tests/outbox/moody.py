"""A mail server written by hand, for what no well-made one does: each connection meets the next of its moods."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes

PATIENCE = 30  # seconds until a conversation that nobody ends fails the test
DRIP = 0.002  # seconds between two signs of a slow server
END = b"\r\n.\r\n"


class Talk:
    """One connection, from the server's side. Everything ends quietly when the client has gone."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self._connection, self.over = connection, over
        self._heard = b""

    def say(self, line: str) -> None:
        """An answer, at once."""
        self._connection.sendall(f"{line}\r\n".encode())

    def drip(self, line: str) -> None:
        """An answer, sign by sign."""
        for sign in f"{line}\r\n":
            self.over.wait(DRIP)
            self._connection.sendall(sign.encode())

    def drip_for_ever(self) -> None:
        """An answer that has no end."""
        while not self.over.wait(DRIP):
            self._connection.sendall(b"2")

    def hear(self) -> str:
        """The client's next command; empty when it has gone."""
        return self._until(b"\r\n").decode().strip()

    def hear_mail(self) -> bytes:
        """What follows DATA."""
        return self._until(END)

    def hear_nothing(self) -> None:
        """Read nothing more, and keep the connection."""
        self.over.wait(PATIENCE)

    def _until(self, end: bytes) -> bytes:
        while end not in self._heard:
            some = self._connection.recv(65536)
            if not some:
                raise ConnectionError
            self._heard += some
        found, _, self._heard = self._heard.partition(end)
        return found


Mood = Callable[[Talk], None]


class Moody:
    """The server. ``moods`` are taken in turn, one a connection; when none is left it behaves."""

    def __init__(self, port: int) -> None:
        self.moods: list[Mood] = []
        self.ids: list[str] = []
        self.over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", port))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # it does not take much on trust
        self._threads: list[threading.Thread] = []

    def serve(self) -> None:
        """Answer until the socket is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                mood = self.moods.pop(0) if self.moods else self.behave
                self._threads.append(threading.Thread(target=self._talk, args=(connection, mood)))
                self._threads[-1].start()

    def _talk(self, connection: socket.socket, mood: Mood) -> None:
        with connection, suppress(OSError):
            connection.settimeout(PATIENCE)
            mood(Talk(connection, self.over))

    def behave(self, talk: Talk) -> None:
        """Take what comes."""
        self.take(talk, talk.say)

    def take(self, talk: Talk, say: Callable[[str], None]) -> None:
        """Take what comes, and answer in this way."""
        say("220 ready")
        while command := talk.hear():
            if command.upper() == "DATA":
                say("354 go on")
                self.ids.append(str(message_from_bytes(talk.hear_mail())["Message-ID"]))
            say("221 bye" if command.upper() == "QUIT" else "250 yes")

    def close(self) -> None:
        """Let go of everybody."""
        self.over.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(PATIENCE)


@contextmanager
def moody(port: int) -> Iterator[Moody]:
    """The server answers on this port while inside."""
    server = Moody(port)
    serving = threading.Thread(target=server.serve)
    serving.start()
    try:
        yield server
    finally:
        server.close()
        serving.join(PATIENCE)


def until(command: str, then: Mood) -> Mood:
    """Behave until the client says this, then do something else; an empty command: before the greeting."""

    def mood(talk: Talk) -> None:
        if command:
            talk.say("220 ready")
            while not talk.hear().upper().startswith(command):
                talk.say("250 yes")
        then(talk)

    return mood
