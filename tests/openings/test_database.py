"""The database holds the rules too, whoever writes to it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.openings.models import Opening, opening_contacts
from tests.factories import employers, openings

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("no hours", {"hours_min": 0}),
    ("fewer at most than at least", {"hours_min": 30, "hours_max": 20}),
    ("more hours than a week of work has", {"hours_max": 61}),
    ("nobody", {"people": 0}),
    ("a crowd", {"people": 201}),
    ("open without paid work", {"paid_work": False}),
    ("open without a word on adapting", {"adaptations": []}),
    ("open and never posted", {"posted_at": None}),
]


@pytest.mark.parametrize("values", [values for _name, values in WRONG], ids=[name for name, _values in WRONG])
def test_an_open_need_cannot_be(app: object, values: dict[str, Any]) -> None:
    opening = openings.opening()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            update(Opening)
            .where(Opening.id == opening.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


@pytest.mark.parametrize("column", ["state", "employment_type", "language"])
def test_a_column_of_choices_holds_only_them(app: object, column: str) -> None:
    opening = openings.opening()
    table = Opening.__table__.name
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.connection().exec_driver_sql(f"UPDATE {table} SET {column} = 'nonsense' WHERE id = {opening.id}")


def test_a_need_belongs_to_an_employer_that_exists(app: object) -> None:
    opening = openings.opening()
    columns = {c.name: getattr(opening, c.name) for c in Opening.__table__.columns if c.name not in ("id", "public_id")}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(Opening).values(**{**columns, "employer_id": 10**6}))


def test_a_contact_person_is_named_once(app: object) -> None:
    opening = openings.opening(contacts=[employers.employer_user()])
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(opening_contacts).values(opening_id=opening.id, user_id=opening.contacts[0].id))
