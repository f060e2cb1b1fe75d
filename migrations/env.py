"""How Alembic reaches the portal's database: through the application, one transaction for all migrations."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate import renderers
from alembic.operations.ops import CreateTableOp, MigrateOperation, MigrationScript
from flask import current_app

from portal.core.db import Choices, Json, UTCDateTime, db
from portal.core.encryption import Encrypted
from portal.core.triggers import DATABASES, rules

config = context.config
database = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A migration names plain column types, so that it stays what it was when our own types change."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, (Json, Choices, Encrypted)):
        return "sa.Text()"
    return False


class EachDatabase(MigrateOperation):
    """A statement by the name of the database that it is for, written into the migration as it is now."""

    def __init__(self, statements: dict[str, str]) -> None:
        self.statements = statements


@renderers.dispatch_for(EachDatabase)
def _render(_context: Any, operation: EachDatabase) -> str:
    return f"op.execute({operation.statements!r}[op.get_context().dialect.name])"


def add_rules(_context: Any, _revision: Any, scripts: list[MigrationScript]) -> None:
    """Beside each table that a migration makes, the rules that the database holds for it (``core.triggers``)."""
    for script in scripts:
        made = [one.table_name for one in script.upgrade_ops.ops if isinstance(one, CreateTableOp)]
        for rule in rules(made):
            script.upgrade_ops.ops.append(EachDatabase({name: rule.made_by(name) for name in DATABASES}))
            script.downgrade_ops.ops.append(EachDatabase({name: rule.left_by(name) for name in DATABASES}))


def run_migrations() -> None:
    """Apply what is asked for on the application's own engine."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            process_revision_directives=add_rules,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
