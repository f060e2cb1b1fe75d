"""What leaves the team is plain, nameless, and exactly the listed keys."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from portal.candidates import profiles
from portal.candidates.models import Candidate, Identity
from portal.core import clock
from portal.core.app import Portal
from portal.core.i18n import Language, in_language
from portal.core.work import Shift
from tests.factories import accounts
from tests.factories import candidates as factory

ALLOWED = {
    "occupations",
    "skills",
    "languages",
    "driving_licence",
    "hours_min",
    "hours_max",
    "hours_about",
    "shifts",
    "areas",
    "earliest_start",
    "works_well",
    "pitch",
    "pitch_language",
    "own_entries",
}


@pytest.fixture
def candidate(app: Portal) -> Candidate:
    return factory.candidate(
        coach=accounts.coach(),
        profile={
            "works_well": " - One thing at a time\n\n• A quiet corner \n",
            "shifts": [Shift.NIGHT, Shift.DAY],
        },
    )


def test_content_has_the_listed_keys_and_no_other(candidate: Candidate) -> None:
    assert set(profiles.content(candidate)) == ALLOWED


def test_content_holds_nothing_of_the_identity_and_no_wish(candidate: Candidate) -> None:
    text = json.dumps(profiles.content(candidate), ensure_ascii=False)
    private = [getattr(candidate.identity, column.key) for column in Identity.__table__.columns]
    strings = [value for value in private if isinstance(value, str) and len(value) > 3]
    assert len(strings) >= 7  # names, address, mail, phone, care contact: the fixture does fill them
    for value in [*strings, candidate.profile.wishes, candidate.public_id, candidate.identity.birth_date.isoformat()]:
        assert value not in text


def test_content_is_plain_json_and_cleans_the_lines(candidate: Candidate) -> None:
    content = profiles.content(candidate)
    assert json.loads(json.dumps(content)) == content
    assert content["works_well"] == ["One thing at a time", "A quiet corner"]
    assert content["earliest_start"] == (clock.today() + timedelta(days=14)).isoformat()


def test_digest_follows_the_values_and_not_their_order(candidate: Candidate) -> None:
    content = profiles.content(candidate)
    turned: dict[str, Any] = dict(reversed(list(content.items())))
    assert profiles.digest(turned) == profiles.digest(content)
    assert profiles.digest({**content, "pitch": content["pitch"] + "."}) != profiles.digest(content)


def test_a_frozen_profile_stays_as_it_was(candidate: Candidate) -> None:
    frozen = profiles.freeze(candidate)
    before = dict(frozen.content)
    candidate.profile.pitch = "Something else"
    assert frozen.content == before
    assert frozen.digest == profiles.digest(before)
    assert profiles.freeze(candidate).digest != frozen.digest


def test_shown_speaks_the_readers_language(app: Portal, candidate: Candidate) -> None:
    content = profiles.content(candidate)
    with app.test_request_context():
        with in_language(Language.FI):
            finnish = profiles.shown(content)
        with in_language(Language.SV):
            swedish = profiles.shown(content)
    assert [trade for trade, _experience in finnish.occupations] != [trade for trade, _ in swedish.occupations]
    assert "Kokkola" in finnish.areas
    assert "Karleby" in swedish.areas


def test_shown_leaves_out_what_the_lists_have_dropped(app: Portal, candidate: Candidate) -> None:
    content = {**profiles.content(candidate), "skills": ["no-such-skill"], "areas": ["999"], "occupations": {}}
    with app.test_request_context():
        shown = profiles.shown(content)
    assert (shown.skills, shown.areas, shown.occupations) == ([], "", [])
