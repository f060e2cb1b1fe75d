"""Somebody of whom every table holds something, and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import time_machine
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.candidates.models import Candidate, Consent, DisclosurePlan, Identity, KeptFine, Note, PhaseChange, Profile
from portal.candidates.values import Kind
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.employers.models import Channel, EmployerContact
from portal.outbox import service as outbox
from portal.placements.models import ContactSide, EndedBy, EndReason, Mood, Placement, Pulse
from portal.placements.states import ContactState, PlacementState
from portal.privacy.models import RetentionWarning
from portal.privacy.owned import rows_of
from portal.proposals import queries
from portal.proposals.mails.candidate import CONSENT_REQUEST
from portal.proposals.models import Interview, Message, Proposal
from portal.proposals.states import ProposalState
from tests.factories import placements, proposals
from tests.factories.proposals import Story

# A word of its own for each private text; none occurs anywhere else.
CANARIES = {
    "first_name": "Zwilmeria",
    "last_name": "Quastrof",
    "nickname": "Pyxenja",
    "email": "zwq.private@kanarie.example",
    "phone": "+358 46 9917733",
    "street": "Vixbergagatan",
    "care_contact": "Jorvenhald",
    "note": "Brixomantel",
    "wishes": "Feltrixtraum",
    "pitch": "Kvastrumpan",
    "works_well": "Dronglefrid",
    "agreed_words": "Kylprankan",
    "never_say": "Snorvalekt",
    "change_wish": "Drumfelixa",
    "who_was_there": "Hjortvanja",
    "decline_note": "Plimsnagg",
    "message": "Wexlubrand",
    "place": "Trollfnurra",
    "colleague": "Bryndkvista",
    "team_note": "Gnupfjalsk",
    "employer_note": "Ypperdruse",
    "with_whom": "Ostrumbella",
    "next_step": "Flaxnikula",
    "drop_reason": "Smorkvendel",
    "support_text": "Krangelvips",
    "pulse_line": "Tvinnelorgan",
    "learned": "Nubbelqvarn",
    "contact_step": "Svirpmantel",
    "kept_fine": "Vrakelmynt",
}


def full_story() -> Story:
    """A candidate whose hire is followed, with a canary in every private text and a row in every table."""
    story = proposals.story(ProposalState.HIRED)
    plant(story)
    return story


def plant(story: Story) -> None:
    """Fill what the services left empty, past their checks."""
    who = story.candidate.id
    identity = db.session.get_one(Identity, who)
    for name in ("first_name", "last_name", "nickname", "email", "phone", "street", "care_contact"):
        setattr(identity, name, CANARIES[name])
    profile = db.session.get_one(Profile, who)
    profile.wishes, profile.pitch, profile.works_well = (CANARIES[n] for n in ("wishes", "pitch", "works_well"))
    plan = db.session.get_one(DisclosurePlan, who)
    plan.agreed_words, plan.never_say = CANARIES["agreed_words"], CANARIES["never_say"]
    db.session.add(Note(candidate_id=who, author_id=story.coach.id, text=CANARIES["note"]))
    db.session.add(KeptFine(candidate_id=who, kind=Kind.OCCUPATION, value="cook", reason=CANARIES["kept_fine"]))
    db.session.add(PhaseChange(candidate_id=who, phase=story.candidate.phase, by_id=story.coach.id))
    db.session.execute(
        db.update(Proposal)
        .where(Proposal.candidate_id == who)
        .values(change_wish=CANARIES["change_wish"], decline_note=CANARIES["decline_note"])
    )
    db.session.execute(
        db.update(Consent).where(Consent.candidate_id == who).values(who_was_there=CANARIES["who_was_there"])
    )
    proposal = queries.load(story.proposal.id)
    _talk(story, proposal)
    _support(story)
    db.session.add(RetentionWarning(candidate_id=who, last_active_on=date(2020, 1, 1)))
    links.issue(Purpose.CONSENT, proposal.id, timedelta(days=7))
    contact = EmployerContact(
        employer_id=story.opening.employer_id,
        coach_id=story.coach.id,
        on_day=clock.today(),
        channel=Channel.PHONE,
        candidate_id=who,
        learned=CANARIES["learned"],
        next_step=CANARIES["contact_step"],
        next_step_on=clock.today(),
    )
    db.session.add(contact)
    outbox.enqueue(
        CONSENT_REQUEST,
        about=("proposal", proposal.id),
        context={
            "title": proposal.opening.title,
            "employer": "Firma",
            "answer_by": "2031-05-05",
            "link": ["consent", "0" * 32],
        },
        candidate_id=who,
    )
    db.session.commit()


def _talk(story: Story, proposal: Proposal) -> None:
    db.session.add(
        Message(proposal_id=proposal.id, author_id=story.coach.id, author_role=Role.COACH, text=CANARIES["message"])
    )
    for meeting in db.session.scalars(select(Interview).where(Interview.proposal_id == proposal.id)):
        meeting.place = CANARIES["place"]


def _support(story: Story) -> None:
    placement = db.session.scalars(select(Placement).where(Placement.candidate_id == story.candidate.id)).one()
    placement.named_colleague = CANARIES["colleague"]
    placements.contact(
        placement,
        state=ContactState.DONE,
        done_on=clock.today(),
        minutes=45,
        channel=Channel.PHONE,
        mood=Mood.WELL,
        logged_by_id=story.coach.id,
        team_note=CANARIES["team_note"],
        with_whom=CANARIES["with_whom"],
        place=CANARIES["place"],
        next_step=CANARIES["next_step"],
        drop_reason=CANARIES["drop_reason"],
    )
    placements.contact(placement, side=ContactSide.EMPLOYER, employer_note=CANARIES["employer_note"])
    placements.request(placement, story.contact, text=CANARIES["support_text"])
    asked = db.session.scalars(select(Pulse).where(Pulse.placement_id == placement.id, Pulse.ordinal == 1)).first()
    assert asked is not None
    asked.line = CANARIES["pulse_line"]
    links.issue(Purpose.PULSE, asked.id, timedelta(days=7))


def end_work(candidate: Candidate) -> None:
    """Nothing is live any more: the jobs ended today."""
    for placement in db.session.scalars(select(Placement).where(Placement.candidate_id == candidate.id)):
        placement.state, placement.ended_on = PlacementState.ENDED, clock.today()
        placement.end_reason, placement.ended_by = EndReason.NEW_JOB, EndedBy.EMPLOYEE
    db.session.commit()


def row_counts(candidate_id: int) -> dict[str, int]:
    """How many rows of each table are this candidate's."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table).where(condition)) or 0
        for table, condition in rows_of([candidate_id]).items()
    }


@contextmanager
def on(day: date, hour: int = 12, minute: int = 0) -> Iterator[None]:
    """Helsinki's clock stands at this time of a day."""
    with time_machine.travel(clock.at_local(day, hour, minute), tick=False):
        yield
