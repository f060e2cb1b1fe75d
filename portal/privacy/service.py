"""What is done about keeping and erasing, one verb a function."""

from __future__ import annotations

import enum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.audit import service as audit
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Invalid, Missing, Overtaken, Refused
from portal.core.periods import periods
from portal.privacy import erasing, extract, mails, queries, rules
from portal.privacy.extract_words import PARTS
from portal.privacy.models import RetentionWarning
from portal.privacy.queries import Due
from portal.proposals import service as proposals
from portal.proposals.states import SENT


class RefusalReason(enum.StrEnum):
    """Why a part of the extract may be kept back (Data Protection Act 1050/2018, section 34)."""

    OTHERS = "others"
    HARM = "harm"
    INSPECTION = "inspection"


REFUSAL_NAMES = {
    RefusalReason.OTHERS: _l("It would reveal somebody else"),
    RefusalReason.HARM: _l("It could seriously harm you or somebody else"),
    RefusalReason.INSPECTION: _l("It belongs to an inspection or an inquiry"),
}


# --- warnings


def warn_of_candidate(due: Due) -> None:
    """Tell the coach, or the team's leaders when there is none, that somebody's data is about to go; once a period."""
    candidate = db.session.get_one(Candidate, due.id)
    kept = periods()
    _note_warning(RetentionWarning(candidate_id=candidate.id, last_active_on=due.standing.last_active_on))
    standing = queries.candidate_standing(candidate)
    goes_on = rules.erase_on(standing, period=kept.candidate, warning=kept.warning)
    for reader in _who_is_warned(candidate):
        mails.data_goes(reader, candidate.id, candidate.public_id, goes_on)
    audit.record(SYSTEM, "privacy.warn", "candidate", candidate.id, due=goes_on.isoformat())


def _who_is_warned(candidate: Candidate) -> list[User]:
    coach = db.session.get(User, candidate.coach_id) if candidate.coach_id is not None else None
    return [coach] if coach is not None and coach.is_active else accounts.team_leaders(candidate.team_id)


def warn_user(due: Due) -> None:
    """Tell a user that the account is about to go; once a period."""
    kept = periods()
    warning = RetentionWarning(user_id=due.id, last_active_on=due.standing.last_active_on)
    _note_warning(warning)
    standing = rules.Standing(last_active_on=warning.last_active_on, warned_on=warning.warned_on)
    goes_on = rules.erase_on(standing, period=kept.user, warning=kept.warning)
    mails.account_goes(due.id, goes_on)
    audit.record(SYSTEM, "privacy.warn", "user", due.id, due=goes_on.isoformat())


def _note_warning(warning: RetentionWarning) -> None:
    db.session.add(warning)
    db.session.flush()


def keep(actor: Actor, candidate: Candidate) -> None:
    """There has been activity: the clock begins anew today.

    :raises Missing: for whoever may not touch the candidate.
    :raises Refused: when nobody was warned in this period.
    """
    if not rules.may_keep(actor, candidate):
        raise Missing
    standing = queries.candidate_standing(candidate)
    warning = queries.open_warning(candidate.id, standing.last_active_on)
    if warning is None:
        raise Overtaken(_("Nothing is about to be erased any more."))
    warning.kept_at, warning.kept_by_id = clock.now(), actor.user_id
    db.session.flush()
    audit.record(actor, "privacy.keep", "candidate", candidate.id)


# --- erasing


def erase_on_request(actor: Actor, candidate: Candidate) -> None:
    """The candidate asks for it: end what is under way, tell employers one neutral sentence, erase everything.

    :raises Missing: for all but the leader of the candidate's team.
    """
    if not rules.may_erase_on_request(actor, candidate):
        raise Missing
    live, jobs = queries.work_under_way(candidate.id)
    for proposal in live:
        if proposal.state in SENT:
            mails.candidate_gone(proposal)
        # it is the candidate's wish; the coach's and employer's own mails about it go with the proposal
        proposals.withdraw(Actor(Role.CANDIDATE, candidate_id=candidate.id), proposal)
    for job in jobs:
        mails.following_ended(job)
    if not erasing.erase_candidate(actor, candidate.id, reason="request"):
        raise Overtaken(_("Somebody else has erased this candidate already."))


# --- the extract


def refuse_part(actor: Actor, candidate: Candidate, part: str, reason: RefusalReason) -> None:
    """Keep a part of the extract back, with its reason, which the candidate reads in its place.

    :raises Missing: for all but the leader of the candidate's team.
    :raises Invalid: at ``part`` for one that there is not.
    """
    if not rules.may_refuse_part(actor, candidate):
        raise Missing
    if part not in PARTS:
        raise Invalid("part", _("Choose a part."))
    audit.record(actor, "privacy.refuse_part", "candidate", candidate.id, kind=part, reason=reason.value)


def give_part(actor: Actor, candidate: Candidate, part: str) -> None:
    """Give a part after all. :raises Missing: for others; :raises Refused: when it was not kept back."""
    if not rules.may_refuse_part(actor, candidate):
        raise Missing
    if part not in extract.refused_parts(candidate.id):
        raise Refused(_("This part is given already."))
    audit.record(actor, "privacy.give_part", "candidate", candidate.id, kind=part)
