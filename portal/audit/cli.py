"""``flask --app wsgi audit``: seal the logs, and find whether anybody touched them."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from portal.audit import sealing, service
from portal.audit.verifying import verify_all
from portal.core.actors import SYSTEM
from portal.core.db import db


@click.group("audit")
def audit() -> None:
    """The logs: who did what, and who saw whom."""


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Find what was altered, removed or added since it was sealed. Ends with 1 when there is anything."""
    reports = verify_all()
    for report in reports:
        click.echo(
            f"{report.log}: {report.rows} sealed rows in {report.seals} seals, {report.unsealed} not sealed yet, "
            + ("all as they were sealed" if report.is_whole else f"{report.trouble} findings")
        )
        for finding in report.findings:
            click.echo(f"  {finding}")
        if report.trouble > len(report.findings):
            click.echo(f"  and {report.trouble - len(report.findings)} more")
    if not all(report.is_whole for report in reports):
        sys.exit(1)


@audit.command("seal")
@with_appcontext
def seal() -> None:
    """Seal now what is not sealed yet; the worker does so every minute."""
    try:
        click.echo(f"{sealing.seal_all()} rows sealed")
    except sealing.HeadDiffers as error:
        raise click.ClickException(
            f"{error}. Nothing was sealed. Run verify; if a backup was restored, say so with accept."
        ) from error


@audit.command("accept")
@with_appcontext
def accept() -> None:
    """After a restored backup: go on from the seals that the database has. What was accepted is logged."""
    accepted = sealing.accept()
    for log_name, (before, now) in accepted.items():
        service.record(SYSTEM, "audit.accept", "log_seal", now, kind=log_name, **{"from": before, "to": now})
        click.echo(f"{log_name}: goes on from seal {now}; the file named seal {before}")
    db.session.commit()
    if not accepted:
        click.echo("Nothing to accept: the files and the database belong together.")
