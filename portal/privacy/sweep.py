"""After an erasing the bytes go too: SQLite's free pages are rewritten and its log is cut.

``secure_delete`` overwrites what is deleted, but a page that was moved may leave a copy behind, and the write-ahead log
keeps old pages until it is cut. PostgreSQL keeps both until VACUUM FULL, which is the administrator's
(docs/retention.md).
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

from sqlalchemy.engine import Engine

from portal.core.db import db

log = logging.getLogger(__name__)

PATIENCE_MS = 5_000  # others read and write meanwhile; the next sweep comes soon


def _file() -> str | None:
    engine: Engine = db.session.get_bind().engine
    name = engine.url.database
    return name if engine.dialect.name == "sqlite" and name and name != ":memory:" else None


def sweep(*, rewrite: bool = True) -> bool:
    """Cut the write-ahead log; the caller's transaction has ended.

    :param rewrite: write the whole file anew as well, without its free pages.
    :returns: false when somebody was in the way and some bytes may still be there. True on PostgreSQL: nothing to do.
    """
    name = _file()
    if name is None:
        return True
    try:
        with closing(sqlite3.connect(name, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS:d}")
            connection.execute("PRAGMA secure_delete = ON")
            if rewrite:
                connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        log.warning("the database file could not be swept now (%s); it is tried again", type(error).__name__)
        return False
    return not busy
