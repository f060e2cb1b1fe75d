"""``flask --app wsgi privacy purge`` and ``privacy reapply``. What they print names nobody: opaque ids and counts."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.audit.clearing import KeyMissing
from portal.privacy import purge as purging
from portal.privacy.purge import Done
from portal.privacy.reapply import reapply as do_again

privacy = AppGroup("privacy", help="Retention and erasing (docs/retention.md).")


@privacy.command("purge")
@click.option("--dry-run", is_flag=True, help="List what would be done, and change nothing.")
@click.option(
    "--batch",
    type=click.IntRange(min=1, max=1000),
    default=purging.BATCH,
    show_default=True,
    help="How many people a transaction holds at most.",
)
def purge(dry_run: bool, batch: int) -> None:
    """Warn of what is about to go, and erase what has been kept long enough. Safe to stop and to run again."""
    if dry_run:
        for one in purging.plan():
            _show(one, "would ")
        return
    total = 0
    try:
        for one in purging.run(batch):
            _show(one, "")
            total += one.count
    except KeyMissing as missing:
        raise click.ClickException(f"AUDIT_KEY does not hold the key {missing} of old seals: they stay.") from missing
    click.echo(f"done: {total}")


def _show(done: Done, would: str) -> None:
    click.echo(f"{would}{done.step}: {done.count}")
    for public_id in done.public_ids:
        click.echo(f"  {public_id}")


@privacy.command("reapply")
def reapply() -> None:
    """After a backup was restored: erase again, and take back again, what the list outside the database says."""
    done = do_again()
    click.echo(
        f"erased again: {done.candidates} candidates, {done.users} users; taken back again: {done.consents} consents"
    )
