"""Names of firms and workplaces that the team writes are read as all that employers read; a surname in one asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.core.db import db
from portal.employers.models import Employer
from tests.factories import accounts, candidates, employers

Signed = Callable[[User], FlaskClient]


def _address(way: str, employer: Employer) -> str:
    site = employers.workplace(employer)
    db.session.commit()
    return {
        "new": "/employers/new",
        "edit": f"/employers/{employer.public_id}/edit",
        "add_workplace": f"/employers/{employer.public_id}/workplaces/new",
        "edit_workplace": f"/workplaces/{site.public_id}/edit",
    }[way]


@pytest.mark.parametrize("way", ["new", "edit", "add_workplace", "edit_workplace"])
def test_a_firms_name_is_read(client_for: Signed, way: str) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    employer = employers.employer(coach_id=coach.id)
    address, client = _address(way, employer), client_for(coach)
    facts = {"municipality": employers.KOKKOLA, "language": "sv"}
    blocked = client.post(address, data={"name": "Bageri 131052-308T, dg F31", **facts})
    assert blocked.status_code == 422
    assert 'name="words_read"' not in blocked.text.split('id="guard"')[1]
    asked = client.post(address, data={"name": "Huuskolas bageri", **facts})
    assert asked.status_code == 422
    tick = asked.text.split('name="words_read"')[1].split('value="')[1].split('"')[0]
    assert client.post(address, data={"name": "Huuskolas bageri", "words_read": tick, **facts}).status_code == 302
    name = "Soites sjukhus och äldreboende"  # care's own names are no secret
    assert client.post(address, data={"name": name, "street": "Storgatan 5", **facts}).status_code == 302


def test_what_a_firm_calls_itself_is_its_own(client_for: Signed) -> None:
    candidates.candidate(coach=accounts.coach(), identity={"first_name": "Pihla", "last_name": "Huuskola"})
    anna = employers.employer_user(employers.employer())
    db.session.commit()
    facts = {"name": "Huuskolas bageri", "municipality": employers.KOKKOLA, "language": "sv"}
    assert client_for(anna).post("/organisation/edit", data=facts).status_code == 302
