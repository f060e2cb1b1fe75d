"""What happens to a placement: it begins, its start moves, it ends. Contacts and requests: ``placements.contacts``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.candidates import service as candidates
from portal.candidates import textguard
from portal.candidates.models import Candidate
from portal.candidates.states import Phase
from portal.core import clock, guarding
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.employers import service as employer_service
from portal.employers.models import Employer
from portal.employers.states import Standing
from portal.openings.models import EmploymentType, Opening
from portal.placements import events, mails, own_words, plan, pulses, queries
from portal.placements.changes import allowed, compare_and_set
from portal.placements.models import (
    ContactOrigin,
    ContactSide,
    EndedBy,
    EndReason,
    OffsetUnit,
    Placement,
    SupportContact,
    ToldAtWork,
)
from portal.placements.rules import has_employer_side, sides_open, subsidy_decided_first
from portal.placements.states import CONTACTS, PLACEMENTS, ContactState, PlacementState
from portal.proposals.models import PayKind, Proposal

FARTHEST = timedelta(days=3660)  # a job that is followed started, starts or ends within ten years
_WORKING = (Phase.EMPLOYED, Phase.FOLLOWED_UP)


@dataclass(frozen=True)
class Redrawn:
    """What a plan became when the job's days changed.

    ``kept`` are planned still, ``added`` are new, ``dropped`` lie past the last day. ``off`` were to come and do not
    any more: they leave the calendars.
    """

    kept: list[SupportContact]
    added: list[SupportContact]
    dropped: list[SupportContact]
    off: list[SupportContact]
    start_moves: bool

    @property
    def planned(self) -> list[SupportContact]:
        """Every contact of the template that is planned now."""
        return [*self.kept, *self.added]


def begin_from_proposal(actor: Actor, proposal: Proposal) -> None:
    """A hire was confirmed: follow it. Makes the placement and its plan, and tells both sides and the team leaders.

    :param proposal: hired, with the terms of the hire.
    :raises Refused: when a wage subsidy is not decided before the start.
    """
    opening = db.session.get_one(Opening, proposal.opening_id)
    if not (proposal.hire_starts_on and proposal.hire_hours and proposal.hire_type and proposal.hire_pay):
        raise ValueError("a hired proposal has its terms")
    placement = Placement(
        candidate_id=proposal.candidate_id,
        employer_id=opening.employer_id,
        proposal_id=proposal.id,
        coach_id=proposal.coach_id,
        state=PlacementState.ACTIVE,
        title=opening.title,
        starts_on=proposal.hire_starts_on,
        ends_on=proposal.hire_ends_on,
        hours=proposal.hire_hours,
        contract_type=proposal.hire_type,
        pay_kind=proposal.hire_pay,
        subsidy_decided_on=proposal.subsidy_decided_on,
        told_at_work=ToldAtWork.SUPERVISOR,
    )
    _begin(actor, placement)
    employer_service.set_standing(actor, db.session.get_one(Employer, opening.employer_id), Standing.HAS_HIRED)


def begin_own_find(
    actor: Actor,
    candidate: Candidate,
    *,
    title: str,
    starts_on: date,
    hours: int,
    contract_type: EmploymentType,
    pay_kind: PayKind,
    told_at_work: ToldAtWork,
    employer: Employer | None = None,
    workplace_name: str = "",
    ends_on: date | None = None,
    subsidy_decided_on: date | None = None,
    named_colleague: str = "",
) -> Placement:
    """Register a job that did not come through the portal. No employer sees anything of it.

    :param told_at_work: with NOBODY the plan has no employer's side at all.
    :param employer: when the portal knows it; else ``workplace_name`` says where.
    :raises Invalid: at ``workplace_name``, ``ends_on`` or ``subsidy_decided_on``.
    :raises Refused: when the candidate has no coach, or is in a phase that nobody is hired from.
    """
    if candidate.coach_id is None:
        raise Refused(_("The candidate has no coach yet. The team leader names one first."))
    if employer is None and not workplace_name:
        raise Invalid("workplace_name", _("Choose an employer, or write where the job is."))
    placement = Placement(
        candidate_id=candidate.id,
        employer_id=employer.id if employer else None,
        workplace_name="" if employer else workplace_name,
        coach_id=candidate.coach_id,
        state=PlacementState.ACTIVE,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        hours=hours,
        contract_type=contract_type,
        pay_kind=pay_kind,
        subsidy_decided_on=subsidy_decided_on if pay_kind is PayKind.WAGE_SUBSIDY else None,
        named_colleague="" if told_at_work is ToldAtWork.NOBODY else named_colleague,
        told_at_work=told_at_work,
    )
    _refuse_bad_terms(actor, placement)
    return _begin(actor, placement)


def change_start(
    actor: Actor,
    placement: Placement,
    *,
    starts_on: date,
    ends_on: date | None = None,
    subsidy_decided_on: date | None = None,
) -> Redrawn:
    """Move the start and the agreed last day. Planned contacts of the template move with the start, done ones stay.

    Those past an earlier last day go; with a later one, or none, the plan grows again.

    :returns: what became of the plan.
    :raises Invalid: at ``starts_on``, ``ends_on`` or ``subsidy_decided_on``.
    :raises Refused: when the job has ended, or somebody was quicker.
    """
    PLACEMENTS.check(placement.state, "change_start", actor.role)
    before = plan.Term(placement.starts_on, placement.ends_on)
    wanted = Placement(
        starts_on=starts_on,
        ends_on=ends_on,
        pay_kind=placement.pay_kind,
        subsidy_decided_on=subsidy_decided_on if placement.pay_kind is PayKind.WAGE_SUBSIDY else None,
    )
    _refuse_bad_terms(actor, wanted)
    if plan.Term(starts_on, ends_on) == before:
        raise Invalid("starts_on", _("This is the start already. Write the new one."))
    compare_and_set(
        placement,
        {"state": PlacementState.ACTIVE},
        starts_on=starts_on,
        ends_on=ends_on,
        subsidy_decided_on=wanted.subsidy_decided_on,
    )
    redrawn = _redraw(actor, placement, before)
    pulses.redraw(actor, placement)
    audit.record(
        actor,
        "placements.change_start",
        "placement",
        placement.id,
        **{"from": before.starts_on.isoformat(), "to": starts_on.isoformat(), "count": len(redrawn.planned)},
    )
    moved = "start" if starts_on != before.starts_on else "end"
    mails.hire_confirmed(placement, redrawn.planned, moved=moved, off=redrawn.off)
    mails.hire_dates(placement, redrawn.planned, off=redrawn.off)
    return redrawn


def end(actor: Actor, placement: Placement, *, ended_on: date, reason: EndReason, ended_by: EndedBy) -> None:
    """The job ends. Open contacts go, the employee is contacted within three days and, without another job, searches.

    :param ended_on: the last day; not a coming one.
    :param ended_by: whose wish it was.
    :raises Invalid: at ``ended_on``.
    :raises Refused: when it has ended already.
    """
    row = allowed(PLACEMENTS, placement.state, "end", placement, actor)
    today = clock.today()
    if ended_on > today:
        raise Invalid("ended_on", _("This day has not come yet. Come back then, or change the agreed last day."))
    if ended_on < min(placement.starts_on, placement.reported_on):
        raise Invalid("ended_on", _("The job had not started then."))
    compare_and_set(
        placement,
        {"state": PlacementState.ACTIVE},
        state=row.target,
        ended_on=ended_on,
        end_reason=reason,
        ended_by=ended_by,
    )
    dropped = queries.open_contacts(placement)
    _cancel(actor, dropped, _("The job ended."))
    pulses.end(actor, placement)
    after = SupportContact(
        placement_id=placement.id,
        side=ContactSide.EMPLOYEE,
        state=ContactState.PLANNED,
        origin=ContactOrigin.JOB_LOSS,
        due_on=plan.within_three_days(today),
    )
    db.session.add(after)
    db.session.flush()
    audit.record(
        actor,
        "placements.end",
        "placement",
        placement.id,
        reason=reason.value,
        side=ended_by.value,
        due=after.due_on.isoformat(),
    )
    candidate = placement.candidate
    if candidate.phase in _WORKING and not queries.other_active(placement):
        candidates.change_phase(candidate, "search_again", actor)
    mails.dates_off(placement, dropped, next_on=after.due_on)
    events.ENDED.emit(actor, placement)


def describe(actor: Actor, placement: Placement, *, named_colleague: str, words_read: str = "") -> None:
    """Write who at the workplace is the named colleague; the employer reads it. Names only ask: they may be alike.

    :param words_read: tokens of the doubtful words that the writer has looked at.
    :raises HeldBack: at ``named_colleague``, for words that may not reach an employer.
    :raises Refused: when the job has ended, or the actor is no coach or team leader.
    """
    PLACEMENTS.check(placement.state, "change_start", actor.role)
    alike = frozenset({textguard.Finding.OWN_NAME, textguard.Finding.OTHER_NAME})
    allowed_here = replace(own_words.passes(placement, with_details=False), asks=alike)
    text = {"named_colleague": named_colleague}
    guarding.refuse(textguard.remarks_on(text, placement.candidate_id, allowed_here), words_read)
    compare_and_set(placement, {"state": PlacementState.ACTIVE}, named_colleague=named_colleague)
    audit.record(actor, "placements.describe", "placement", placement.id, fields=["named_colleague"])


def _refuse_bad_terms(actor: Actor, placement: Placement) -> None:
    if abs(placement.starts_on - clock.today()) > FARTHEST:
        raise Invalid("starts_on", _("This day is too far away."))
    if placement.ends_on is not None and placement.ends_on - placement.starts_on > FARTHEST:
        raise Invalid("ends_on", _("This day is too far away."))
    if placement.ends_on is not None and placement.ends_on < placement.starts_on:
        raise Invalid("ends_on", _("The last day is before the first."))
    if sentence := subsidy_decided_first(placement, actor):
        raise Invalid("subsidy_decided_on", sentence)


def _begin(actor: Actor, placement: Placement) -> Placement:
    allowed(PLACEMENTS, None, "begin", placement, actor)
    db.session.add(placement)
    db.session.flush()
    placement = queries.get(placement.id)
    contacts = _draw(actor, placement)
    pulses.draw(actor, placement)
    audit.record(
        actor,
        "placements.begin",
        "placement",
        placement.id,
        to=PlacementState.ACTIVE.value,
        kind="proposal" if placement.proposal_id else "own_find",
        count=len(contacts),
    )
    candidates.change_phase(placement.candidate, "hire", actor)
    mails.hire_confirmed(placement, contacts)
    mails.hire_dates(placement, contacts)
    mails.hire_for_leader(placement, accounts.team_leaders(placement.candidate.team_id))
    return placement


def _draw(actor: Actor, placement: Placement) -> list[SupportContact]:
    CONTACTS.check(None, "plan", actor.role)
    planned = plan.draw(
        placement.starts_on,
        placement.reported_on,
        ends_on=placement.ends_on,
        template=queries.template_of(placement.candidate.team_id),
        employer_side=has_employer_side(placement),
    )
    return _write(placement, planned)


def _write(placement: Placement, planned: Iterable[plan.Planned]) -> list[SupportContact]:
    contacts = [
        SupportContact(
            placement_id=placement.id,
            side=one.line.side,
            state=ContactState.PLANNED,
            origin=ContactOrigin.TEMPLATE,
            due_on=one.due_on,
            unit=one.line.unit,
            offset=one.line.offset,
            is_review=one.line.is_review,
            before_reported=one.before_reported,
        )
        for one in planned
    ]
    db.session.add_all(contacts)
    db.session.flush()
    return contacts


def _line_of(contact: SupportContact) -> plan.Line:
    return plan.Line(contact.side, contact.unit or OffsetUnit.DAYS, contact.offset or 0, contact.is_review)


def _redraw(actor: Actor, placement: Placement, before: plan.Term) -> Redrawn:
    """Give the planned contacts of the template their new days; those past the last day go, missing ones come."""
    known = queries.template_contacts(placement)
    standing = [_line_of(one) for one in known if one.state is not ContactState.CANCELLED]
    dropped = [_line_of(one) for one in known if one.state is ContactState.CANCELLED]
    planned = [one for one in known if one.state is ContactState.PLANNED]
    start_moves = placement.starts_on != before.starts_on
    kept, gone, off = _redate(actor, placement, planned, start_moves=start_moves)
    added = _add_missing(actor, placement, before, standing, dropped)
    return Redrawn(kept, added, gone, off, start_moves=start_moves)


def _add_missing(
    actor: Actor, placement: Placement, before: plan.Term, standing: list[plan.Line], dropped: list[plan.Line]
) -> list[SupportContact]:
    """Plan what a later last day makes room for, from today on."""
    lines = plan.regained(
        before,
        plan.Term(placement.starts_on, placement.ends_on),
        standing=standing,
        dropped=dropped,
        template=queries.template_of(placement.candidate.team_id),
    )
    sides = sides_open(placement)
    days = [(line, plan.due_on(line, placement.starts_on)) for line in lines if line.side in sides]
    to_come = [plan.Planned(line, day, before_reported=False) for line, day in days if day >= clock.today()]
    CONTACTS.check(None, "plan", actor.role)
    added = _write(placement, sorted(to_come, key=lambda one: (one.due_on, one.line.side)))
    for contact in added:
        audit.record(
            actor,
            "contacts.plan",
            "support_contact",
            contact.id,
            side=contact.side.value,
            due=contact.due_on.isoformat(),
        )
    return added


def _redate(
    actor: Actor, placement: Placement, contacts: Iterable[SupportContact], *, start_moves: bool
) -> tuple[list[SupportContact], list[SupportContact], list[SupportContact]]:
    """Give planned contacts their new days; where the start stays, the days that the coach gave them stay too.

    :returns: the ones that stay; those past the last day, which are dropped; those that were to come and do not.
    """
    today = clock.today()
    kept, gone, off = [], [], []
    for contact in contacts:
        day = plan.due_on(_line_of(contact), placement.starts_on) if start_moves else contact.due_on
        stays = plan.fits(day, placement.ends_on)
        if contact.due_on >= today and not (stays and day >= today):
            off.append(contact)
        if not stays:
            gone.append(contact)
            continue
        was_late = contact.due_on < today and not contact.before_reported
        compare_and_set(
            contact,
            {"state": ContactState.PLANNED, "due_on": contact.due_on},
            due_on=day,
            before_reported=day < today and not was_late if start_moves else contact.before_reported,
            sequence=contact.sequence + (1 if day != contact.due_on else 0),
        )
        kept.append(contact)
    _cancel(actor, gone, _("The agreed last day was changed."))
    return kept, gone, off


def _cancel(actor: Actor, contacts: Iterable[SupportContact], reason: str) -> None:
    """Drop contacts that the change of the job takes with it."""
    for contact in contacts:
        CONTACTS.check(contact.state, "cancel", actor.role)
        compare_and_set(
            contact,
            {"state": contact.state},
            state=ContactState.CANCELLED,
            drop_reason=reason,
            sequence=contact.sequence + 1,
        )
        audit.record(actor, "contacts.cancel", "support_contact", contact.id, side=contact.side.value)
