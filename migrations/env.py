"""How Alembic reaches the portal's database: through the application, one transaction for all migrations."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from portal.core.db import Choices, Json, UTCDateTime, db
from portal.core.encryption import Encrypted

config = context.config
database = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A migration names plain column types, so that it stays what it was when our own types change."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, (Json, Choices, Encrypted)):
        return "sa.Text()"
    return False


def run_migrations() -> None:
    """Apply what is asked for on the application's own engine."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
