"""The list and the page: who sees what, what filters do, and that many rows cost no more than few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db, new_public_id
from portal.openings.models import Adaptation, Opening
from portal.openings.states import OpeningState
from tests.counting import statements
from tests.factories import accounts, employers, openings

Signed = Callable[[User], FlaskClient]


def many(employer_id: int, user_id: int, count: int) -> None:
    """Add many open needs of one employer."""
    rows = [
        {
            "public_id": new_public_id(),
            "employer_id": employer_id,
            "state": OpeningState.OPEN,
            "title": f"Need {number}",
            "occupation": "cook",
            "municipality": "272",
            "hours_min": 10,
            "hours_max": 20,
            "adaptations": [Adaptation.NOTHING_NOW],
            "paid_work": True,
            "created_by_id": user_id,
            "posted_at": clock.now(),
            "version": 1,
        }
        for number in range(count)
    ]
    db.session.execute(insert(Opening), rows)
    db.session.commit()


@pytest.mark.parametrize("path", ["/openings", "/openings?q=need&state=open&municipality=272&group=512"])
@pytest.mark.parametrize("by_coach", [True, False])
def test_the_list_costs_the_same_with_many_rows(client_for: Signed, path: str, by_coach: bool) -> None:
    opening = openings.opening()
    user = opening.contacts[0]
    ids = opening.employer_id, user.id
    browser = client_for(accounts.coach() if by_coach else user)
    many(*ids, 10)
    browser.get(path)
    with statements() as few:
        browser.get(path)
    many(*ids, 990)
    with statements() as lots:
        page = browser.get(path).text
    assert "1000 needs" in page or "1001 needs" in page
    assert len(lots) == len(few) <= 8


@pytest.mark.parametrize("by_coach", [True, False])
def test_the_page_costs_the_same_with_many_rows(client_for: Signed, by_coach: bool) -> None:
    opening = openings.opening()
    user = opening.contacts[0]
    ids = opening.employer_id, user.id
    browser = client_for(accounts.coach() if by_coach else user)
    many(*ids, 10)
    browser.get(f"/openings/{opening.public_id}")
    with statements() as few:
        browser.get(f"/openings/{opening.public_id}")
    many(*ids, 990)
    with statements() as lots:
        assert browser.get(f"/openings/{opening.public_id}").status_code == 200
    assert len(lots) == len(few) <= 12


def test_employers_see_their_own_needs_alone(client_for: Signed) -> None:
    mine = openings.opening(title="Vår egen kock")
    openings.opening(title="Grannens kock")
    browser = client_for(mine.contacts[0])
    db.session.commit()
    page = browser.get("/openings").text
    assert "Vår egen kock" in page
    assert "Grannens kock" not in page


def test_administrators_see_none(client_for: Signed) -> None:
    openings.opening()
    browser = client_for(accounts.administrator())
    db.session.commit()
    assert browser.get("/openings").status_code == 404
    assert browser.get("/openings/new").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=åkeri", ["Åkeriets kock"]),
        ("q=ÅKERI", ["Åkeriets kock"]),
        ("q=kokki", ["Åkeriets kock"]),  # the occupation in another language
        ("q=kaustby+café", ["Städare"]),  # the employer's name
        ("q=100%25", []),
        ("q=_", []),
        ("state=paused", ["Städare"]),
        ("state=nonsense", ["Åkeriets kock", "Städare"]),
        ("municipality=236", ["Städare"]),
        ("group=512", ["Åkeriets kock"]),
        ("group=512&municipality=236", []),
    ],
)
def test_filters_find_and_are_removed_one_by_one(client_for: Signed, query: str, found: list[str]) -> None:
    openings.opening(title="Åkeriets kock")
    openings.opening(
        employers.employer(name="Kaustby Café Ab"),
        title="Städare",
        occupation="cleaner",
        municipality="236",
        state=OpeningState.PAUSED,
    )
    browser = client_for(accounts.coach())
    db.session.commit()
    page = browser.get(f"/openings?{query}").text
    for title in ("Åkeriets kock", "Städare"):
        assert (title in page) is (title in found)
    chips = page.count('class="chip"')
    assert chips == (0 if "nonsense" in query else query.count("="))


@pytest.mark.parametrize("page", ["0", "x", "2", "99999999999", "-1"])
def test_pages_that_do_not_exist_are_no_page(client_for: Signed, page: str) -> None:
    browser = client_for(openings.opening().contacts[0])
    db.session.commit()
    assert browser.get(f"/openings?page={page}").status_code == 404


@pytest.mark.parametrize("state", OpeningState)
@pytest.mark.parametrize("who", ["employer", "coach", "team_leader"])
def test_the_page_offers_what_the_table_allows_and_one_main_action(
    client_for: Signed, state: OpeningState, who: str
) -> None:
    person = employers.employer_user()
    presses = person if who == "employer" else getattr(accounts, who)()
    opening = openings.opening(contacts=[person], created_by=presses, state=state)
    browser = client_for(presses if who != "employer" else employers.employer_user(opening.employer))
    db.session.commit()
    page = browser.get(f"/openings/{opening.public_id}").text
    head = page[
        page.index('<header class="page-head"') : page.index("</header>", page.index('<header class="page-head"'))
    ]
    assert head.count("btn-primary") <= 1
    offered = {verb for verb in ("post", "pause", "resume", "fill", "close") if f'/{verb}"' in page}
    expected = {
        OpeningState.DRAFT: {"post", "close"},
        OpeningState.OPEN: {"pause", "fill", "close"},
        OpeningState.PAUSED: {"resume", "fill", "close"},
    }.get(state, set())
    assert offered == expected
    assert ("/proposals/new" in page) is (who == "coach" and state is OpeningState.OPEN)
