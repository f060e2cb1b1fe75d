"""The web server's first deed: a restored backup shows nobody who is gone, not even once."""

from __future__ import annotations

import threading

from flask import Flask

from portal.core.db import db
from portal.privacy import tombstones
from portal.privacy.reapply import reapply


def init_app(app: Flask) -> None:
    """Before the first answer of this process, ``reapply``; while it fails, nothing is answered.

    :raises config.BadConfig: when the list was begun under another key.
    """
    with app.app_context():
        tombstones.read()  # under another key it could not be kept to: the portal does not start then
    lock = threading.Lock()
    done = threading.Event()

    def once() -> None:
        if done.is_set():
            return
        with lock:
            if not done.is_set():
                try:
                    reapply()
                finally:
                    db.session.remove()
                done.set()

    app.before_request(once)
