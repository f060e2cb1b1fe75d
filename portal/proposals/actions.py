"""The buttons of a proposal's page: what the table allows a reader now, and which of them is the main one."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.candidates.models import Profile
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.states import Transition
from portal.proposals import queries
from portal.proposals.models import Proposal
from portal.proposals.rules import GUARDS, why_employer_is_out
from portal.proposals.states import PROPOSALS, ProposalState
from portal.proposals.turns import Next, Step

# The one main action of the page, by role and what is next; every other allowed verb stands beside it. Where times are
# to be picked, that is the main action, and stands with them on the page.
MAIN = {
    (Role.EMPLOYER, Step.ANSWER): "interested",
    (Role.EMPLOYER, Step.SUGGEST): "times",
    (Role.EMPLOYER, Step.SUGGEST_NEW): "times",
    (Role.EMPLOYER, Step.AGREE_ANEW): "times",
    (Role.EMPLOYER, Step.MEET): "offer",
    (Role.EMPLOYER, Step.DECIDE): "offer",
    (Role.EMPLOYER, Step.REPORT): "report_hire",
    (Role.EMPLOYER, Step.CONFIRM): "confirm_hire",
    (Role.COACH, Step.SEND): "record_consent",
    (Role.COACH, Step.DISCLOSE): "disclose",
    (Role.COACH, Step.SUGGEST): "times",
    (Role.COACH, Step.SUGGEST_NEW): "times",
    (Role.COACH, Step.AGREE_ANEW): "times",
    (Role.COACH, Step.MEET): "report_hire",
    (Role.COACH, Step.DECIDE): "report_hire",
    (Role.COACH, Step.REPORT): "report_hire",
    (Role.COACH, Step.CONFIRM): "confirm_hire",
    (Role.TEAM_LEADER, Step.CONFIRM): "confirm_hire",
}
# A change that the candidate asked for comes first; the next question when the profile is newer than the wish.
CHANGE_PROFILE = "change_profile"
# Verbs that another control of the page presses: a time is picked from its list.
_ELSEWHERE = frozenset({"agree_interview", "close", "lapse"})
# Guards that hide a button instead of explaining: asking them costs a press for nothing.
_HIDING = frozenset({"within_24_hours", "other_side_or_late", "opening_not_ended"})
# What a coach presses on the employer's behalf, after a call, is said in the employer's third person.
ON_BEHALF = {
    "interested": _l("The employer is interested"),
    "decline": _l("The employer declines"),
    "undo_decline": _l("The employer takes it back"),
    "offer": _l("The employer offers the job"),
}
DANGER = frozenset({"withdraw", "turn_down", "decline"})


@dataclass(frozen=True)
class Action:
    """A button of the page: a link to the step's own page, or a single press."""

    verb: str
    label: str
    kind: str  # primary | secondary | danger


def actions_for(actor: Actor, proposal: Proposal, ahead: Next | None) -> list[Action]:
    """The buttons that the table allows this actor now, the main one first. ``ahead``: what is next of it."""
    main = _main(actor, proposal, ahead)
    rows = [row for row in PROPOSALS.open_to(proposal.state, actor.role) if row.verb not in _ELSEWHERE]
    is_out = why_employer_is_out(proposal.opening) is not None  # the page says so; an end can still be written down
    if is_out:
        rows = [row for row in rows if "employer_verified" not in row.guards]
    if any(_HIDING & set(row.guards) for row in rows):
        facts = queries.facts(proposal)
        rows = [row for row in rows if not any(GUARDS[name](facts, actor) for name in _HIDING & set(row.guards))]
    found = [Action(row.verb, label_for(actor, row), _kind(row.verb, main)) for row in rows]
    if not is_out and _may_suggest(actor, proposal, ahead):
        found.append(Action("times", _("Suggest times"), "primary" if main == "times" else "secondary"))
    if main == CHANGE_PROFILE and not is_out:
        found.append(Action(CHANGE_PROFILE, _("Edit the profile"), "primary"))
    return sorted(found, key=lambda one: {"primary": 0, "secondary": 1, "danger": 2}[one.kind])


def _may_suggest(actor: Actor, proposal: Proposal, ahead: Next | None) -> bool:
    """Whether times can be suggested here; who picks from times finds other ones beside them."""
    row = PROPOSALS.row(proposal.state, "agree_interview")
    picks = ahead is not None and ahead.is_for(actor.role, Step.PICK)
    return row is not None and actor.role in row.by and not picks


def _main(actor: Actor, proposal: Proposal, ahead: Next | None) -> str | None:
    if ahead is None:
        return None
    if not ahead.is_for(actor.role, Step.CHANGE):
        return MAIN.get((actor.role, ahead.step))
    changed_at = db.session.scalar(select(Profile.changed_at).where(Profile.candidate_id == proposal.candidate_id))
    return "ask_consent" if changed_at is not None and changed_at > proposal.state_since else CHANGE_PROFILE


def _kind(verb: str, main: str | None) -> str:
    if verb == main:
        return "primary"
    return "danger" if verb in DANGER else "secondary"


def label_for(actor: Actor, row: Transition[ProposalState]) -> str:
    """The words on a step's button and page, for who presses it."""
    return str(row.label if actor.is_employer else ON_BEHALF.get(row.verb, row.label))
