"""``flask --app wsgi worker``."""

from __future__ import annotations

import logging
import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.outbox.catalogue import as_markdown
from portal.outbox.worker import run_forever, run_once


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due, run the jobs that are due, and end.")
@click.option(
    "--interval",
    envvar="MAIL_INTERVAL",
    type=click.FloatRange(min=0.1),
    default=2.0,
    show_default=True,
    help="Seconds between looks (MAIL_INTERVAL).",
)
@with_appcontext
def worker(once: bool, interval: float) -> None:
    """Send the mails of the outbox and run the scheduled jobs. SIGTERM or Ctrl-C ends it between two mails."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _show_log()
    if once:
        done = run_once(stop)
        click.echo(", ".join(f"{outcome.value}: {count}" for outcome, count in done.items()) or "nothing to send")
    else:
        run_forever(stop, interval)


@click.command("mails")
@with_appcontext
def mails() -> None:
    """Print every kind of mail as Markdown, for docs/mail.md."""
    click.echo(as_markdown(), nl=False)


def _show_log() -> None:
    """The worker's lines go where the application's go, from INFO on."""
    _ = current_app.logger.handlers  # made on first use
    logging.getLogger("portal.outbox").setLevel(logging.INFO)
