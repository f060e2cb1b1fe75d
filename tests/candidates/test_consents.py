"""A consent is for one employer, opening and frozen profile; nothing of an identity leaves without a live one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.candidates import aliases, consents, profiles
from portal.candidates.disclosure import disclosed_fields
from portal.candidates.models import (
    Alias,
    Candidate,
    Consent,
    ConsentHow,
    ConsentKind,
    DisclosurePlan,
    PersonalField,
    consent_contacts,
)
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Invalid, Missing, Refused
from portal.core.i18n import Language
from portal.openings.models import Opening
from tests.factories import accounts, openings
from tests.factories import candidates as factory

# The texts of each version, once shown, are never changed: a new text is a new version with a line of its own here.
TEXTS_OF_VERSION = {
    "2026-11": "39da8ece8f1426189f43258e1487832521879a115f75c1317ac61585a5d918a4",
    "2026-11-23": "d56a036828065ff1a5556029510b6f27aac658a5d6d1accfd4096e8eda9641b2",
}


@dataclass
class Scene:
    coach: User
    candidate: Candidate
    opening: Opening

    @property
    def actor(self) -> Actor:
        return Actor(Role.COACH, user_id=self.coach.id, team_id=self.coach.team_id)

    @property
    def by_link(self) -> Actor:
        return Actor(Role.CANDIDATE, candidate_id=self.candidate.id)

    def give(self, **changed: Any) -> Consent:
        values = {
            "kind": ConsentKind.DISCLOSURE,
            "candidate_id": self.candidate.id,
            "opening": self.opening,
            "frozen": profiles.freeze(self.candidate),
            "terms_digest": "a" * 64,
            "fields": [PersonalField.PHONE],
            "how": ConsentHow.IN_PERSON,
            "language": Language.SV,
            "recorded_by": self.actor,
            "until": clock.today() + timedelta(days=30),
        }
        return consents.give(**{**values, **changed})

    def told(self, consent: Consent, fields: Iterable[PersonalField], **instead: int) -> dict[PersonalField, str]:
        mine = {"candidate_id": self.candidate.id, "opening_id": self.opening.id}
        return disclosed_fields(consent, fields, **{**mine, **instead})


@pytest.fixture
def scene(app: Portal) -> Scene:
    coach = accounts.coach()
    return Scene(coach, factory.candidate(coach=coach), openings.opening())


def test_texts_belong_to_their_version() -> None:
    path = Path(consents.__file__).parent / "consent_texts.json"
    texts = json.loads(path.read_text(encoding="utf-8"))
    plain = json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()
    assert hashlib.sha256(plain).hexdigest() == TEXTS_OF_VERSION[consents.TEXT_VERSION]


@pytest.mark.parametrize("kind", ConsentKind)
def test_every_language_has_the_same_paragraphs(app: Portal, kind: ConsentKind) -> None:
    until = clock.today() + timedelta(days=183)
    lengths = {code: len(consents.text(kind, code, until)) for code in Language}
    assert set(lengths.values()) == {5}, lengths
    assert len({tuple(consents.text(kind, code, until)) for code in Language}) == 3


@pytest.mark.parametrize("kind", ConsentKind)
@pytest.mark.parametrize("code", Language)
def test_the_text_says_the_last_day_of_the_yes_as_people_write_it(
    app: Portal, kind: ConsentKind, code: Language
) -> None:
    told = " ".join(consents.text(kind, code, date(2027, 5, 25)))
    assert {Language.SV: "25.5.2027", Language.FI: "25.5.2027", Language.EN: "25 May 2027"}[code] in told
    assert "{" not in told
    assert ".." not in told


def test_a_yes_is_stored_with_all_that_it_is_for(scene: Scene) -> None:
    consent = scene.give(fields=[PersonalField.PHONE, PersonalField.NAME])
    db.session.expire(consent)
    assert consent.fields == [PersonalField.NAME, PersonalField.PHONE]
    assert (consent.employer_id, consent.opening_id) == (scene.opening.employer_id, scene.opening.id)
    assert consent.text_version == consents.TEXT_VERSION
    assert consent.recorded_by_id == scene.coach.id
    named = select(consent_contacts.c.user_id).where(consent_contacts.c.consent_id == consent.id)
    assert set(db.session.scalars(named)) == {person.id for person in scene.opening.contacts}
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "consents.give")).one()
    assert event.data["fields"] == ["name", "phone"]


def test_a_proposals_yes_names_no_field(scene: Scene) -> None:
    assert scene.give(kind=ConsentKind.PROPOSAL, fields=[PersonalField.NAME]).fields == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fields": []}, "fields"),
        ({"fields": [PersonalField.BIRTH_YEAR]}, "fields"),
        ({"until": clock.today() - timedelta(days=1)}, "until"),
        ({"how": ConsentHow.PAPER}, "who_was_there"),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(scene: Scene, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        scene.give(**changed)
    assert error.value.field == field
    assert db.session.scalar(select(Consent.id)) is None


@pytest.mark.parametrize("plan", [{"proposals_allowed": False}, {"never_employers": "this"}])
def test_the_plan_is_obeyed(scene: Scene, plan: dict[str, Any]) -> None:
    saved = db.session.get_one(DisclosurePlan, scene.candidate.id)
    for name, value in plan.items():
        setattr(saved, name, [scene.opening.employer_id] if value == "this" else value)
    with pytest.raises(Refused):
        scene.give(kind=ConsentKind.PROPOSAL)


def test_a_mistake_of_ours_never_becomes_a_consent(scene: Scene) -> None:
    other = factory.candidate(coach=scene.coach)
    with pytest.raises(ValueError, match="another candidate"):
        scene.give(frozen=profiles.freeze(other))
    with pytest.raises(ValueError, match="link"):
        scene.give(how=ConsentHow.LINK)
    with pytest.raises(ValueError, match="link"):
        scene.give(recorded_by=Actor(Role.EMPLOYER, user_id=1, employer_id=scene.opening.employer_id))
    with pytest.raises(ValueError, match="link"):
        scene.give(how=ConsentHow.LINK, recorded_by=Actor(Role.CANDIDATE, candidate_id=other.id))


def test_a_yes_names_somebody_who_can_read(scene: Scene) -> None:
    for user in scene.opening.contacts:
        user.deactivated_at = clock.now()
    with pytest.raises(ValueError, match="contact person"):
        scene.give()


def test_the_database_refuses_a_disclosure_without_fields(scene: Scene) -> None:
    with pytest.raises(IntegrityError), db.session.begin_nested():
        factory.consent(
            candidate=scene.candidate, opening=scene.opening, kind=ConsentKind.DISCLOSURE, fields=[], coach=scene.coach
        )


@pytest.mark.parametrize("how", [ConsentHow.IN_PERSON, ConsentHow.PAPER])
def test_the_database_refuses_a_yes_that_nobody_recorded(scene: Scene, how: ConsentHow) -> None:
    with pytest.raises(IntegrityError), db.session.begin_nested():
        factory.consent(
            candidate=scene.candidate, opening=scene.opening, how=how, recorded_by_id=None, coach=scene.coach
        )


# --- disclosure


def test_exactly_the_fields_that_were_consented(scene: Scene) -> None:
    consent = scene.give(fields=[PersonalField.NAME, PersonalField.PHONE])
    identity = scene.candidate.identity
    asked = [PersonalField.PHONE]
    assert scene.told(consent, asked) == {PersonalField.PHONE: identity.phone}
    both = scene.told(consent, consent.fields)
    assert both == {PersonalField.NAME: identity.full_name, PersonalField.PHONE: identity.phone}


@pytest.mark.parametrize("field", PersonalField)
def test_each_field_alone(app: Portal, scene: Scene, field: PersonalField) -> None:
    db.session.get_one(DisclosurePlan, scene.candidate.id).fields = list(PersonalField)
    consent = scene.give(fields=[field])
    with app.test_request_context():
        values = scene.told(consent, [field])
    identity = scene.candidate.identity
    assert values == {
        field: {
            PersonalField.NAME: identity.full_name,
            PersonalField.PHONE: identity.phone,
            PersonalField.EMAIL: identity.email,
            PersonalField.MUNICIPALITY: "Karleby",
            PersonalField.BIRTH_YEAR: str(identity.birth_date.year if identity.birth_date else ""),
        }[field]
    }


def test_no_identity_without_a_live_consent(scene: Scene) -> None:
    consent = scene.give(until=clock.today())
    assert scene.told(consent, [PersonalField.PHONE])
    consent.until = clock.today() - timedelta(days=1)
    with pytest.raises(Refused):
        scene.told(consent, [PersonalField.PHONE])


def test_no_identity_after_withdrawal(scene: Scene) -> None:
    consent = scene.give()
    consents.withdraw(consent, scene.by_link)
    with pytest.raises(Refused):
        scene.told(consent, [PersonalField.PHONE])


def test_no_identity_by_a_proposals_consent(scene: Scene) -> None:
    fields = [PersonalField.PHONE]
    consent = factory.consent(candidate=scene.candidate, opening=scene.opening, coach=scene.coach, fields=fields)
    with pytest.raises(Refused):
        scene.told(consent, [PersonalField.PHONE])


@pytest.mark.parametrize("of", ["candidate_id", "opening_id"])
def test_no_identity_by_a_yes_that_is_not_for_this_page(scene: Scene, of: str) -> None:
    consent = scene.give()
    assert scene.told(consent, [PersonalField.PHONE])
    with pytest.raises(Refused):
        scene.told(consent, [PersonalField.PHONE], **{of: getattr(consent, of) + 1})


def test_no_field_beyond_the_consent(scene: Scene) -> None:
    with pytest.raises(Refused):
        scene.told(scene.give(fields=[PersonalField.PHONE]), [PersonalField.PHONE, PersonalField.NAME])
    with pytest.raises(Refused):
        scene.told(scene.give(fields=[PersonalField.PHONE]), [])


def test_no_field_that_the_plan_has_taken_back(scene: Scene) -> None:
    consent = scene.give(fields=[PersonalField.PHONE])
    db.session.get_one(DisclosurePlan, scene.candidate.id).fields = [PersonalField.NAME]
    with pytest.raises(Refused):
        scene.told(consent, [PersonalField.PHONE])


# --- withdrawal


def test_withdrawn_once_by_those_who_may(scene: Scene) -> None:
    leader = accounts.team_leader(team=scene.coach.team, team_id=scene.coach.team_id)
    may = [scene.actor, scene.by_link, Actor(Role.TEAM_LEADER, user_id=leader.id, team_id=leader.team_id)]
    for actor in may:
        consent = scene.give()
        consents.withdraw(consent, actor)
        assert consent.withdrawn_at is not None
        with pytest.raises(Refused):
            consents.withdraw(consent, actor)


def test_nobody_else_withdraws(scene: Scene) -> None:
    other = accounts.coach(team=scene.coach.team, team_id=scene.coach.team_id)
    strangers = [
        Actor(Role.COACH, user_id=other.id, team_id=other.team_id),
        Actor(Role.TEAM_LEADER, user_id=1, team_id=(scene.coach.team_id or 0) + 1000),
        Actor(Role.CANDIDATE, candidate_id=scene.candidate.id + 1000),
        Actor(Role.EMPLOYER, user_id=1, employer_id=scene.opening.employer_id),
        Actor(Role.ADMINISTRATOR, user_id=1),
    ]
    consent = scene.give()
    for actor in strangers:
        with pytest.raises(Missing):
            consents.withdraw(consent, actor)
    assert consent.is_live()


# --- aliases


def test_an_alias_is_the_same_ever_after_and_unlike_elsewhere(scene: Scene) -> None:
    elsewhere = openings.opening().employer_id
    first = aliases.alias_for(scene.candidate.id, scene.opening.employer_id)
    assert aliases.alias_for(scene.candidate.id, scene.opening.employer_id).id == first.id
    assert aliases.alias_for(scene.candidate.id, elsewhere).alias != first.alias


def test_aliases_run_into_each_other_and_stay_apart(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    words = iter(["K7P-4", "K7P-4", "A3C-6", "K7P-4", "A3C-6", "D9F-3"])
    monkeypatch.setattr(aliases, "draw", lambda: next(words))
    other = factory.candidate(coach=scene.coach)
    elsewhere = openings.opening().employer_id
    here = scene.opening.employer_id
    assert aliases.alias_for(scene.candidate.id, here).alias == "K7P-4"
    assert aliases.alias_for(other.id, here).alias == "A3C-6"  # taken at this employer: drawn again
    assert aliases.alias_for(scene.candidate.id, elsewhere).alias == "A3C-6"  # this candidate's other alias: again


def test_the_database_keeps_aliases_apart(scene: Scene) -> None:
    first = aliases.alias_for(scene.candidate.id, scene.opening.employer_id)
    other = factory.candidate(coach=scene.coach)
    for candidate_id, alias in ((other.id, first.alias), (scene.candidate.id, "X3X-3")):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.add(Alias(candidate_id=candidate_id, employer_id=scene.opening.employer_id, alias=alias))


def test_aliases_have_no_signs_that_look_alike() -> None:
    drawn = {aliases.draw() for _ in range(3000)}
    assert not set("".join(drawn)) & set("0OQ1IL5S8B2ZGUWN")
    assert all(len(word) == 5 and word[3] == "-" for word in drawn)
    assert len(drawn) > 1500
