"""The commands of ``flask --app wsgi``. Each room writes its own; they are gathered here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.accounts.cli import first_admin
from portal.outbox.cli import worker

if TYPE_CHECKING:
    from portal.core.app import Portal


def init_app(app: Portal) -> None:
    """Add every command; the demonstration's only where it runs."""
    app.cli.add_command(first_admin)
    app.cli.add_command(worker)
    if app.config["PORTAL"].demo:
        from portal.demo.cli import demo  # only here, so that a real installation never loads it

        app.cli.add_command(demo)
