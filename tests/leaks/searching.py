"""Finds canaries in what somebody was sent, in every shape that a leak could give them (promise "Leak crawl")."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import quopri
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default as modern
from urllib.parse import unquote_plus

from tests.leaks.canaries import MARK

DEEPEST = 4  # archives in archives
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b")
_DAYS = re.compile(r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{2,4}|\d{8}|\d{6})\b|(?<![\w.,/+=-])\d{4}(?![\w/+=-])")
_PHONES = re.compile(r"46[\s().-]{0,2}99[\s().-]{0,2}1[\s().-]{0,2}77[\s().-]{0,2}(\d\d)")
_QUOTED = re.compile(rb"=(?:\r?\n|[0-9A-F]{2})")
_HEADERS = 5000  # bytes, at most
_PAGE = b"<!doctype html>"
_WRAPPED = re.compile(r"\r?\n[ \t]")


class Search:
    """Knows every canary, and where each was planted."""

    def __init__(self, planted: Mapping[int, Mapping[str, str | date]]) -> None:
        """:param planted: by candidate's number: its canaries by column."""
        self.words: dict[str, tuple[int, str]] = {}
        self.days: dict[str, tuple[int, str]] = {}
        self.digests: dict[str, tuple[int, str]] = {}
        self.phones: dict[str, tuple[int, str]] = {}
        self._clean: set[bytes] = set()
        for number, columns in planted.items():
            for column, value in columns.items():
                self._learn((number, column), value)

    def _learn(self, whose: tuple[int, str], value: str | date) -> None:
        if isinstance(value, date):
            self.days.update(dict.fromkeys(_written(value), whose))
            return
        parts = {value, *re.split(r"[\s@]+", value)}
        for shape in {each for part in parts if len(part) > 4 for each in (part, part.casefold(), part.upper())}:
            self.digests[hashlib.sha1(shape.encode(), usedforsecurity=False).hexdigest()] = whose
            self.digests[hashlib.sha256(shape.encode()).hexdigest()] = whose
        if whose[1].endswith(".phone"):
            self.phones[value[-2:]] = whose
            return
        words = [word for word in re.split(r"[\s@.]+", value) if MARK[:2].casefold() in word.casefold()]
        self.words.update((word.casefold(), whose) for word in words)

    def found(self, *sent: bytes) -> set[tuple[int, str]]:
        """Whose canaries, of which columns, are in what was sent.

        Lines of pages that were looked through before and held nothing are not looked through again.

        :returns: pairs of a candidate's number and a column.
        """
        hits: set[tuple[int, str]] = set()
        for raw in sent:
            if _PAGE in raw[:_HEADERS].lower():
                lines = dict.fromkeys(line for line in raw.splitlines() if line not in self._clean)
                held = self._read(b"\n".join(lines))
                if not held:
                    self._clean.update(lines)
                hits |= held
            else:
                hits |= self._read(raw)
        return hits

    def _read(self, raw: bytes) -> set[tuple[int, str]]:
        return set().union(*(self._in(text) for text in set(_readings(raw, DEEPEST))))  # most ways say the same

    def _in(self, text: str) -> set[tuple[int, str]]:
        hits: set[tuple[int, str]] = set()
        for folded in (text.casefold(), text[::-1].casefold()):
            if MARK[:2].casefold() in folded:
                hits |= {whose for word, whose in self.words.items() if word in folded}
            hits |= {self.digests[one] for one in _HEX.findall(folded) if one in self.digests}
        hits |= {self.days[one] for one in _DAYS.findall(text) if one in self.days}
        hits |= {self.phones[one] for one in _PHONES.findall(text) if one in self.phones}
        return hits


def _written(day: date) -> Iterable[str]:
    yield day.isoformat()
    yield f"{day.day}.{day.month}.{day.year}"
    yield f"{day:%d.%m.%Y}"
    yield f"{day:%d.%m.%y}"
    yield f"{day:%d%m%y}"
    yield f"{day:%Y%m%d}"
    yield str(day.year)


def _readings(raw: bytes, depth: int) -> Iterator[str]:
    """What the bytes say, read in every way that a program could have written them."""
    plain = raw.decode("utf-8", "replace")
    unwrapped = _WRAPPED.sub("", plain)
    yield plain
    yield unwrapped
    if "&" in plain:
        yield html.unescape(plain)
    if "%" in plain:
        yield unquote_plus(plain)
    if "\\u" in plain:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda sign: chr(int(sign[1], 16)), plain)
    if _QUOTED.search(raw):
        yield quopri.decodestring(raw).decode("utf-8", "replace")
    if "=?" in plain:
        yield str(make_header(decode_header(unwrapped)))
    for coding in ("utf-16-le", "utf-16-be"):
        if b"\x00" in raw:
            yield raw.decode(coding, "ignore")
            yield raw[1:].decode(coding, "ignore")
    if depth:
        for inner in _inside(raw):
            yield from _readings(inner, depth - 1)


def _inside(raw: bytes) -> Iterator[bytes]:
    """What is packed in the bytes: base64, hexadecimal, archives, compressed streams, parts of a mail."""
    for found in _BASE64.findall(raw):
        if _could_hold(found):
            padded = found.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
            for shift in range(4):  # a word may begin anywhere in what is coded
                piece = padded[shift:]
                decoded = base64.b64decode(piece[: len(piece) // 4 * 4])
                yield decoded
                if decoded[:1] in (b"x", b"\x78"):
                    yield from _inflated(decoded)
    for found in re.findall(rb"(?:[0-9a-fA-F]{2}){5,}", raw):
        if (
            MARK[:3].encode().hex().encode() in found.lower()
            or MARK[:3].lower().encode().hex().encode() in found.lower()
        ):
            yield bytes.fromhex(found.decode())
            yield bytes.fromhex(found[1:-1].decode()) if len(found) % 2 == 0 and len(found) > 2 else b""
    archive_at = raw.find(b"PK\x03\x04")
    if archive_at >= 0:
        yield from _unzipped(raw[archive_at:])
    for start in (found.end() for found in re.finditer(rb"stream\r?\n", raw)):
        yield from _inflated(raw[start:])
    if b"Content-Type: multipart/" in raw[:5000]:
        for part in message_from_bytes(raw, policy=modern).walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload


_PIECES = [
    base64.b64encode(b"-" * shift + word.encode())[(shift * 8 + 5) // 6 : (shift + 3) * 8 // 6]
    for word in (MARK[:3], MARK[:3].lower(), MARK[:3].upper())
    for shift in range(3)
]


_HEX_PIECES = [word.encode().hex().encode() for word in (MARK[:3], MARK[:3].lower(), MARK[:3].upper())]


def _could_hold(found: bytes) -> bool:
    """Whether decoding is worth its time: the mark's own signs are there, or something compressed is."""
    return found.startswith((b"eJ", b"eN", b"UEs")) or any(piece in found for piece in _PIECES)


def _unzipped(raw: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from (archive.read(name) + b"\n" + name.encode() for name in archive.namelist())
    except zipfile.BadZipFile:
        return


def _inflated(raw: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj().decompress(raw)
    except zlib.error:
        return
