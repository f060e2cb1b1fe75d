"""How long things are kept: the installation's settings, for rooms that do not know the web."""

from __future__ import annotations

from flask import current_app

from config import Periods


def periods() -> Periods:
    """The periods of this installation, in days. Needs an application context."""
    kept: Periods = current_app.config["PORTAL"].periods
    return kept
