"""The database repeats the rules: enums CHECKed, foreign keys indexed and with a fate, names by one convention."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Enum, Inspector, String, inspect
from sqlalchemy.exc import IntegrityError

from portal import wiring
from portal.core.app import Portal
from portal.core.db import db
from tests.factories import accounts
from tests.own_database import MIGRATIONS, empty_database, made

assert wiring.PLACES  # the wiring imports every room, and with it every table
TABLES = sorted(table.name for table in db.metadata.sorted_tables)


def test_there_are_tables_to_look_at() -> None:
    assert len(TABLES) > 25
    assert {"proposals", "identities", "notifications", "access_log", "support_contacts"} <= set(TABLES)


@pytest.fixture
def inspector(app: Portal) -> Inspector:
    """What the database says of itself, past our models."""
    return inspect(db.session.connection())


@pytest.mark.parametrize("name", TABLES)
def test_every_enum_is_checked(inspector: Inspector, name: str) -> None:
    checks = {str(one["name"]): str(one["sqltext"]) for one in inspector.get_check_constraints(name)}
    for column in db.metadata.tables[name].columns:
        if isinstance(column.type, Enum):
            text = checks.get(f"ck_{name}_{column.type.name}", "")
            allowed = set(re.findall(r"'([^']*)'", text))
            assert allowed == set(column.type.enums), f"{name}.{column.name}"
            assert re.search(rf"\b{column.name}\b", text), f"{name}.{column.name}"


def test_a_check_is_more_than_a_name(app: Portal) -> None:
    user = accounts.coach()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(db.text("UPDATE users SET mail_mode = 'weekly' WHERE id = :id"), {"id": user.id})


@pytest.mark.parametrize("name", TABLES)
def test_every_foreign_key_is_indexed_and_says_what_happens_on_delete(inspector: Inspector, name: str) -> None:
    # a key of several columns is found by its first: what it points to is one row already
    leading = [inspector.get_pk_constraint(name)["constrained_columns"][:1]]
    leading += [list(one["column_names"][:1]) for one in inspector.get_indexes(name) if not _is_partial(one)]
    leading += [list(one["column_names"][:1]) for one in inspector.get_unique_constraints(name)]
    for key in inspector.get_foreign_keys(name):
        where = f"{name}.{key['constrained_columns']}"
        assert key["constrained_columns"][:1] in leading, f"{where} has no index"
        assert key["options"].get("ondelete") in ("RESTRICT", "CASCADE", "SET NULL"), where
        if key["options"]["ondelete"] == "SET NULL":
            [column] = key["constrained_columns"]
            assert db.metadata.tables[name].columns[column].nullable, where


def _is_partial(index: object) -> bool:
    assert isinstance(index, dict)
    return any("where" in key for key in index.get("dialect_options", {}))


@pytest.mark.parametrize("name", TABLES)
def test_everything_has_a_name_by_the_convention(inspector: Inspector, name: str) -> None:
    named = {
        "pk": [inspector.get_pk_constraint(name)],
        "fk": inspector.get_foreign_keys(name),
        "ck": inspector.get_check_constraints(name),
        "uq": inspector.get_unique_constraints(name),
    }
    for kind, found in named.items():
        for one in found:
            if one["name"] is None and db.metadata.tables[name].kwargs.get("sqlite_autoincrement"):
                continue  # SQLite writes the key of a table whose ids are never given twice into the column itself
            assert str(one["name"]).startswith(f"{kind}_{name}"), one
    for index in inspector.get_indexes(name):
        assert str(index["name"]).startswith((f"ix_{name}", f"uq_{name}")), index


@pytest.mark.parametrize("name", TABLES)
def test_what_addresses_name_is_random_and_there_once(name: str) -> None:
    column = db.metadata.tables[name].columns.get("public_id")
    if column is not None:
        assert isinstance(column.type, String)
        assert column.type.length == 32
        assert column.unique
        assert not column.nullable


def test_every_instant_knows_its_zone() -> None:
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if "DATETIME" in str(column.type).upper() or "TIMESTAMP" in str(column.type).upper():
                assert type(column.type).__name__ == "UTCDateTime", f"{table.name}.{column.name}"


# Migrations


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
    return list(compare_metadata(context, db.metadata))


def test_the_models_are_what_the_migrations_make(app: Portal) -> None:
    assert _differences(db.session.connection()) == []


def _shape(connection: Connection) -> dict[str, object]:
    found = inspect(connection)
    return {
        name: (
            [(one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(name)],
            sorted(str(one["name"]) for one in found.get_indexes(name)),
            sorted(str(one["name"]) for one in found.get_check_constraints(name)),
            sorted(str(one["name"]) for one in found.get_foreign_keys(name)),
        )
        for name in sorted(found.get_table_names())
    }


def test_up_down_and_up_again(tmp_path: Path) -> None:
    """Down to nothing and up again gives the same tables; running twice at the head changes nothing."""
    with empty_database(tmp_path) as url:
        app = made(tmp_path, url)
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            with db.engine.connect() as connection:
                first = _shape(connection)
                assert set(first) == {*TABLES, "alembic_version"}
            upgrade(directory=str(MIGRATIONS))
            downgrade(directory=str(MIGRATIONS), revision="base")
            with db.engine.connect() as connection:
                assert inspect(connection).get_table_names() == ["alembic_version"]
            upgrade(directory=str(MIGRATIONS))
            with db.engine.connect() as connection:
                assert _shape(connection) == first
            db.session.remove()
            db.engine.dispose()
