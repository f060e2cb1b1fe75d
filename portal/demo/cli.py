"""``flask --app wsgi demo``: commands of the demonstration, there in its mode alone."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.audit import sealing
from portal.core.db import db
from portal.demo.loader import Loaded, load


@click.group("demo")
def demo() -> None:
    """The demonstration's own commands."""


@demo.command("load")
@with_appcontext
def load_data() -> None:
    """Load the demonstration's data into an empty database; leaves any other as it is."""
    loaded = load()
    db.session.commit()
    if loaded != Loaded():
        sealing.accept()  # a new database beside the files of one that was thrown away
    click.echo(str(loaded))
