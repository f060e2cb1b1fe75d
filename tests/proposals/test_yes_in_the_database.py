"""What the services see to about a yes, the database holds too: for whom it is, its kind, its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Update, UpdateBase, insert, update
from sqlalchemy.exc import IntegrityError

from portal.candidates import queries as queries_of_candidates
from portal.candidates.models import Consent, ConsentHow, ConsentKind, FrozenProfile, PersonalField
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.triggers import rules
from portal.proposals import queries, service
from portal.proposals.models import Disclosure, Proposal
from portal.proposals.states import ProposalState
from tests.factories import candidates, employers, openings, proposals


@dataclass(frozen=True)
class Scene:
    """A proposal whose details are told, and the rows of other people's proposals."""

    story: proposals.Story

    def proposal(self, **values: object) -> Update:
        return _quiet(update(Proposal).where(Proposal.id == self.story.proposal.id).values(**values))

    def consent(self, **values: object) -> Update:
        return _quiet(update(Consent).where(Consent.id == self.story.proposal.disclosure_consent_id).values(**values))

    def another(self, kind: ConsentKind, **values: Any) -> int:
        """A yes of this kind in which all but one thing is this proposal's own."""
        made = self.story.proposal
        whole: dict[str, Any] = {
            "candidate": self.story.candidate,
            "opening": self.story.opening,
            "frozen": db.session.get_one(FrozenProfile, made.frozen_profile_id),
        }
        return candidates.consent(kind=kind, **{**whole, **values}).id


def _quiet(change: Update) -> Update:
    return change.execution_options(synchronize_session=False)


NOW = clock.now()
TOLD = ConsentKind.DISCLOSURE
Breaks = Callable[[Scene], Update]


def _for_another_need(scene: Scene) -> Update:
    return scene.proposal(consent_id=scene.another(ConsentKind.PROPOSAL, opening=openings.opening()))


def _for_another_profile(scene: Scene) -> Update:
    frozen = candidates.frozen(queries_of_candidates.load(scene.story.candidate.id))
    return scene.proposal(disclosure_consent_id=scene.another(TOLD, frozen=frozen))


def _of_somebody_else(scene: Scene) -> Update:
    other = candidates.candidate(coach=scene.story.coach)
    frozen = candidates.frozen(other)
    return scene.proposal(disclosure_consent_id=scene.another(TOLD, candidate=other, frozen=frozen))


def _withdrawn(scene: Scene, kind: ConsentKind) -> int:
    return scene.another(kind, withdrawn_at=NOW)


# By what would be wrong: the change, and the rule that refuses it; a key is refused without a name on SQLite.
BREAKS: dict[str, tuple[str, Breaks]] = {
    "somebody else's": ("", _of_somebody_else),
    "for another need": ("", _for_another_need),
    "for another profile": ("", _for_another_profile),
    "a profile of somebody else": (
        "",
        lambda it: it.proposal(frozen_profile_id=candidates.frozen(candidates.candidate(coach=it.story.coach)).id),
    ),
    "no yes to telling": (
        "tr_proposals_kinds_update",
        lambda it: it.proposal(disclosure_consent_id=it.another(ConsentKind.PROPOSAL)),
    ),
    "no yes to proposing": ("tr_proposals_kinds_update", lambda it: it.proposal(consent_id=it.another(TOLD))),
    "a dead yes": (
        "tr_proposals_withdrawn_update",
        lambda it: it.proposal(consent_id=_withdrawn(it, ConsentKind.PROPOSAL)),
    ),
    "a dead yes to telling": (
        "tr_proposals_withdrawn_update",
        lambda it: it.proposal(disclosure_consent_id=_withdrawn(it, TOLD)),
    ),
    "taken back under a live proposal": ("tr_consents_in_use_update", lambda it: it.consent(withdrawn_at=NOW)),
    "longer": ("tr_consents_stays_update", lambda it: it.consent(until=clock.today() + timedelta(days=900))),
    "more": ("tr_consents_stays_update", lambda it: it.consent(fields=list(PersonalField))),
    "given in another way": ("tr_consents_stays_update", lambda it: it.consent(how=ConsentHow.PAPER)),
    "given on another day": ("tr_consents_stays_update", lambda it: it.consent(given_at=NOW - timedelta(days=9))),
    "recorded by another": (
        "tr_consents_stays_update",
        lambda it: it.consent(recorded_by_id=it.story.leader.id),
    ),
    "another text": ("tr_consents_stays_update", lambda it: it.consent(text_version="2020-01")),
}


def _refused(change: UpdateBase) -> str:
    with pytest.raises(IntegrityError) as caught, db.session.begin_nested():
        db.session.execute(change)
    return str(caught.value.orig)


def test_the_database_refuses_a_yes_that_does_not_fit(app: Portal) -> None:
    scene = Scene(proposals.story(ProposalState.DISCLOSED))
    for wrong, (rule, change) in BREAKS.items():
        assert rule in _refused(change(scene)), wrong
    # the same change to what fits is made
    with db.session.begin_nested():
        db.session.execute(scene.proposal(disclosure_consent_id=scene.another(TOLD)))
        db.session.execute(scene.consent(until=clock.today()))


def test_a_yes_that_was_taken_back_stays_so_and_lets_nothing_live_again(app: Portal) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    service.withdraw(story.actor(Role.CANDIDATE), story.proposal)
    scene = Scene(story.fresh())
    for value in (None, NOW + timedelta(days=1)):
        assert "tr_consents_stays_update" in _refused(scene.consent(withdrawn_at=value))
    assert "tr_proposals_withdrawn_update" in _refused(scene.proposal(state=ProposalState.DISCLOSED))
    dead, table = story.fresh().proposal, db.metadata.tables[Proposal.__tablename__]
    values = {column.name: getattr(dead, column.name) for column in table.columns if column.name != "id"}
    values["public_id"] = "0" * 32
    alive = table.insert().values({**values, "state": ProposalState.DISCLOSED})
    with pytest.raises(IntegrityError, match="tr_proposals_withdrawn_insert"), db.session.begin_nested():
        db.session.execute(alive)
    swapped = {"state": ProposalState.DRAFT, "consent_id": values["disclosure_consent_id"]}
    with pytest.raises(IntegrityError, match="tr_proposals_kinds_insert"), db.session.begin_nested():
        db.session.execute(table.insert().values({**values, **swapped}))
    db.session.execute(table.insert().values({**values, "state": ProposalState.DRAFT}))


def test_after_a_hire_a_yes_can_be_taken_back(app: Portal) -> None:
    story = proposals.story(ProposalState.HIRED)
    service.take_consent_back(story.actor(Role.CANDIDATE), story.proposal)
    assert [one.withdrawn_at is None for one in queries.consents_of(story.fresh().proposal)] == [False, False]


def test_a_yes_keeps_its_people_its_profile_and_what_it_lets_be_told(app: Portal) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    proposal, stranger = story.fresh().proposal, employers.employer_user()
    colleague = employers.employer_user(story.opening.employer)
    named = db.metadata.tables["consent_contacts"]
    add = named.insert().values(consent_id=proposal.consent_id, user_id=stranger.id)
    assert "tr_consent_contacts_of_the_employer_insert" in _refused(add)
    other = named.update().where(named.c.consent_id == proposal.consent_id).values(user_id=stranger.id)
    assert "tr_consent_contacts_of_the_employer_update" in _refused(other)
    profile = update(FrozenProfile).where(FrozenProfile.id == proposal.frozen_profile_id).values(digest="0" * 64)
    assert "tr_frozen_profiles_stays_update" in _refused(profile)
    given = {"proposal_id": proposal.id, "by_id": story.coach.id, "at": NOW}
    for consent_id, fields in (
        (proposal.consent_id, []),
        (proposal.disclosure_consent_id, list(PersonalField)),
    ):
        handed = insert(Disclosure).values(consent_id=consent_id, fields=fields, **given)
        assert "tr_disclosures_of_its_yes_insert" in _refused(handed)
    more = update(Disclosure).where(Disclosure.proposal_id == proposal.id).values(fields=list(PersonalField))
    assert "tr_disclosures_of_its_yes_update" in _refused(more)
    with db.session.begin_nested():  # the same changes to what fits are made
        db.session.execute(named.insert().values(consent_id=proposal.consent_id, user_id=colleague.id))
        fitting = {"consent_id": proposal.disclosure_consent_id, "fields": proposals.FIELDS}
        db.session.execute(insert(Disclosure).values(**fitting, **given))


def test_every_rule_is_tried() -> None:
    tried = {rule for rule, _change in BREAKS.values()} | {
        "tr_proposals_withdrawn_insert",
        "tr_proposals_kinds_insert",
        "tr_consent_contacts_of_the_employer_insert",
        "tr_consent_contacts_of_the_employer_update",
        "tr_frozen_profiles_stays_update",
        "tr_disclosures_of_its_yes_insert",
        "tr_disclosures_of_its_yes_update",
    }
    assert {one.name for one in rules()} == tried - {""}
