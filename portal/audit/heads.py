"""The head of each log, outside the database: which seal is the last one, in a file of DATA_DIR.

Who cuts the newest seals off, or puts an old copy of the tables back, leaves a chain that fits together. The file still
knows how long it was. It is written after the commit that it speaks of, so it may lag by the seal that a crash cut it
off from; it is never ahead.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import current_app

from portal.core.files import sync_folder


@dataclass(frozen=True)
class Head:
    """The last seal of a log: its number, its digest, and how many rows have been sealed since the log began."""

    number: int
    digest: str
    total: int


class HeadDamaged(Exception):
    """The file is there and cannot be read as a head."""


def file_of(log: str) -> Path:
    """Where the head of a log is kept."""
    folder: Path = current_app.config["PORTAL"].data_dir
    return folder / f"{log}.head.json"


def read(log: str) -> Head | None:
    """What the file says; None when there is none. :raises HeadDamaged: for anything but a head."""
    try:
        values = json.loads(file_of(log).read_bytes())
        return Head(int(values["number"]), str(values["digest"]), int(values["total"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise HeadDamaged(log) from error


def advance(log: str, head: Head) -> None:
    """Write a newer head; one that is not newer than the file's is dropped, since another worker was quicker."""
    with _alone(log):
        known = read(log)
        if known is None or known.number < head.number:
            _write(log, head)


def replace(log: str, head: Head | None) -> None:
    """Write this head whatever the file says, or remove the file: somebody has said that the database is right."""
    with _alone(log):
        if head is None:
            file_of(log).unlink(missing_ok=True)
        else:
            _write(log, head)


@contextmanager
def _alone(log: str) -> Iterator[None]:
    """One process at a time reads, compares and writes."""
    descriptor = os.open(file_of(log).with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(log: str, head: Head) -> None:
    """All of it or nothing, and on the disk before this returns."""
    target = file_of(log)
    draft = target.with_suffix(".new")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(asdict(head)).encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
