"""Meetings: one side proposes times, the other picks one; either may call it off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.audit import service as audit
from portal.candidates import textguard
from portal.core import clock, guarding
from portal.core.actors import Actor
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Overtaken, Refused
from portal.employers.models import Channel
from portal.proposals import mails, queries
from portal.proposals.models import Interview, InterviewState, InterviewTime, Proposal, Side
from portal.proposals.moves import move, reload
from portal.proposals.own_words import passes
from portal.proposals.rules import side_of, why_employer_is_out
from portal.proposals.states import PROPOSALS, ProposalState

MOST_TIMES = 5

# an address, or a link to call, is what a place is
_WAYS_TO_MEET = frozenset({textguard.Finding.ADDRESS, textguard.Finding.WEB})


def propose_times(
    actor: Actor,
    proposal: Proposal,
    times: Iterable[datetime],
    *,
    channel: Channel = Channel.IN_PERSON,
    place: str = "",
    minutes: int = 45,
    words_read: str = "",
) -> Interview:
    """Suggest times for a meeting; an open question of either side is replaced by this one.

    :param times: aware instants in the future, one to five.
    :param words_read: tokens of the doubtful words in the place that the coach has looked at.
    :raises Refused: when the proposal's state has no room for a meeting, or it is not this actor's to ask.
    :raises Invalid: at ``times``, or at ``place`` for words of the coach's that may not reach an employer.
    """
    PROPOSALS.check(proposal.state, "agree_interview", actor.role)
    if is_out := why_employer_is_out(proposal.opening):
        raise Refused(is_out)
    chosen = sorted(set(times))
    if not chosen:
        raise Invalid("times", _("Suggest at least one time."))
    if len(chosen) > MOST_TIMES:
        raise Invalid("times", _("Suggest five times at most."))
    if chosen[0] <= clock.now():
        raise Invalid("times", _("Suggest times that have not passed."))
    if not actor.is_employer:
        # the place stands in mails and calendar files, which name nobody, whatever has been disclosed
        allowed = replace(passes(proposal, with_details=False), ignores=_WAYS_TO_MEET)
        guarding.refuse(textguard.remarks_on({"place": place}, proposal.candidate_id, allowed), words_read)
    db.session.execute(  # one that was picked in this very moment is no open question any more, and stays
        update(Interview)
        .where(Interview.proposal_id == proposal.id, Interview.state == InterviewState.PROPOSED)
        .values(state=InterviewState.CANCELLED)
    )
    interview = Interview(
        proposal_id=proposal.id,
        proposed_by=side_of(actor),
        channel=channel,
        place=place,
        minutes=minutes,
        times=[InterviewTime(starts_at=one) for one in chosen],
    )
    try:
        with db.session.begin_nested():
            db.session.add(interview)
    except IntegrityError as error:  # the partial unique index: one open question at a time
        raise Overtaken(_quicker()) from error
    audit.record(actor, "proposals.propose_times", "proposal", proposal.id, count=len(chosen))
    mails.interview_proposed(proposal, from_employer=actor.is_employer)
    return interview


def pick_time(actor: Actor, proposal: Proposal, interview: Interview, time_id: int) -> None:
    """Pick one of the times that the other side suggested.

    :param time_id: the row of an ``InterviewTime`` of this interview.
    :raises Invalid: at ``time``. :raises Refused: own question, answered already, or passed.
    """
    if interview.proposed_by is side_of(actor):
        raise Refused(_("You suggested these times. The other side picks one."))
    if not coming_times(interview):
        raise Refused(_("The suggested times have passed. Suggest new ones, or call."))
    picked = next((one for one in interview.times if one.id == time_id), None)
    if picked is None:
        raise Invalid("time", _("Pick one of the times."))
    if picked.starts_at <= clock.now():
        raise Invalid("time", _("This time has passed. Pick another, or suggest new ones."))
    starts_at = picked.starts_at
    move(proposal, "agree_interview", actor)  # first the proposal, then its meeting, as everybody takes them
    _swap(interview, InterviewState.PROPOSED, state=InterviewState.AGREED, starts_at=starts_at)
    proposal = reload(proposal)
    mails.interview_confirmed(proposal, interview)
    mails.interview_for_candidate(proposal, interview)


def cancel_meeting(actor: Actor, proposal: Proposal, interview: Interview) -> None:
    """Call off an agreed meeting, or take suggested times back. The proposal stays where it is."""
    PROPOSALS.check(proposal.state, "agree_interview", actor.role)
    if interview.state is InterviewState.CANCELLED:
        raise Overtaken(_("This meeting is called off already."))
    if _has_passed(interview):
        raise Refused(_("The time of this meeting has passed. It cannot be called off any more."))
    audit.record(actor, "proposals.cancel_meeting", "proposal", proposal.id)
    _call_off(proposal, interview)


def may_call_off(actor: Actor, proposal: Proposal, interview: Interview) -> bool:
    """Whether a page offers this actor to call the meeting off, or to take the suggested times back."""
    row = PROPOSALS.row(proposal.state, "agree_interview")
    if row is None or actor.role not in row.by or _has_passed(interview):
        return False
    return interview.state is InterviewState.AGREED or interview.proposed_by is side_of(actor)


def coming_times(interview: Interview) -> list[tuple[int, datetime]]:
    """The suggested times that are still to come, each with its number among all that were suggested, from 1."""
    now = clock.now()
    return [(number, one.starts_at) for number, one in enumerate(interview.times, start=1) if one.starts_at > now]


def to_pick(side: Side, proposal: Proposal, meetings: Iterable[Interview]) -> Interview | None:
    """The times that the other side has suggested and this one can still pick from."""
    if PROPOSALS.row(proposal.state, "agree_interview") is None:
        return None
    asked = (one for one in meetings if one.state is InterviewState.PROPOSED and one.proposed_by is not side)
    return next((one for one in asked if coming_times(one)), None)


def call_off_all(proposal: Proposal) -> None:
    """End every open or coming meeting of a proposal that has ended; who had agreed on a time is told."""
    loaded = queries.load(proposal.id)
    for interview in queries.interviews_of(loaded):
        if not _has_passed(interview):
            _call_off(loaded, interview)


def _has_passed(interview: Interview) -> bool:
    return interview.starts_at is not None and interview.starts_at <= clock.now()


def _call_off(proposal: Proposal, interview: Interview) -> None:
    agreed = mails.meeting_context(interview) if interview.state is InterviewState.AGREED else None
    _swap(interview, interview.state, state=InterviewState.CANCELLED, starts_at=None, sequence=interview.sequence + 1)
    if agreed is not None:
        mails.interview_cancelled(proposal, agreed)


def _swap(interview: Interview, expected: InterviewState, **values: object) -> None:
    """Compare and set. :raises Refused: when somebody was quicker."""
    changed = rows_changed(
        update(Interview)
        .where(Interview.id == interview.id, Interview.state == expected)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed != 1:
        raise Overtaken(_quicker())
    db.session.refresh(interview, list(values))


def _quicker() -> str:
    return str(_("Somebody was quicker: this has been answered already. Look at how it stands now."))


def has_room_for_meeting(proposal: Proposal) -> bool:
    """Whether times may be suggested now."""
    return proposal.state in (ProposalState.DISCLOSED, ProposalState.INTERVIEW)
