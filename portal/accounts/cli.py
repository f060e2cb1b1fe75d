"""Commands about accounts."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from portal.accounts import links, service
from portal.accounts.models import User
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import Language, in_language


@click.command("first-admin")
@click.argument("email")
@click.argument("name")
@click.option("--team", default="Team", show_default=True, help="The name of the first team of job coaches.")
@click.option(
    "--language",
    type=click.Choice([each.value for each in Language]),
    default=Language.SV.value,
    show_default=True,
    help="The language that they read.",
)
@with_appcontext
def first_admin(email: str, name: str, team: str, language: str) -> None:
    """Make the first administrator of an empty installation, who invites the rest.

    Prints a link for setting the password. It works once, for a day.
    """
    if not inspect(db.engine).has_table(User.__tablename__):
        raise click.ClickException("The database is empty. Run this first: flask --app wsgi db upgrade")
    try:
        with in_language(Language.EN):
            link = service.make_first_administrator(
                email=email, name=name.strip(), team_name=team.strip(), language=Language(language)
            )
    except DomainError as error:
        db.session.rollback()
        raise click.ClickException(error.message) from error
    db.session.commit()
    base_url = current_app.config["PORTAL"].base_url
    click.echo("Open this address to set the password. It works once, until tomorrow:")
    click.echo(f"{base_url}/new-password/{links.token_of(link)}")
