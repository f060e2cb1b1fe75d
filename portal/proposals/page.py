"""A proposal's page as ready values: the template decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.accounts.models import User
from portal.audit import service as audit
from portal.audit.models import AuditEvent
from portal.candidates import queries as candidates
from portal.candidates.disclosure import disclosed_fields
from portal.candidates.models import PERSONAL_FIELD_NAMES, Profile
from portal.core import clock
from portal.core.actors import ROLE_NAMES, Actor, Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import day
from portal.core.states import Transition
from portal.openings.models import EMPLOYMENT_TYPE_NAMES
from portal.openings.rules import terms_digest
from portal.proposals import interviews, queries
from portal.proposals.compare import Line, compare
from portal.proposals.models import PAY_KIND_NAMES, CloseGround, Interview, InterviewState, Message, Proposal
from portal.proposals.rules import GUARDS, needs_yes_again, shows_profile, side_of, whose_turn
from portal.proposals.states import IDENTITY_KNOWN, PROPOSALS, SENT, ProposalState

S = ProposalState

# The one main action of the page, by role and state; every other allowed verb stands beside it.
MAIN = {
    (Role.EMPLOYER, S.PROPOSED): "interested",
    (Role.EMPLOYER, S.DISCLOSED): "times",
    (Role.EMPLOYER, S.INTERVIEW): "offer",
    (Role.EMPLOYER, S.OFFERED): "report_hire",
    (Role.EMPLOYER, S.HIRE_REPORTED): "confirm_hire",
    (Role.COACH, S.DRAFT): "record_consent",
    (Role.COACH, S.INTERESTED): "disclose",
    (Role.COACH, S.DISCLOSED): "times",
    (Role.COACH, S.INTERVIEW): "report_hire",
    (Role.COACH, S.OFFERED): "report_hire",
    (Role.COACH, S.HIRE_REPORTED): "confirm_hire",
    (Role.TEAM_LEADER, S.HIRE_REPORTED): "confirm_hire",
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


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    when: Any
    what: str
    who: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything that the proposal's page shows to one actor."""

    proposal: Proposal
    name: str | None  # of the candidate, for staff alone
    state: str
    tone: str
    turn: str
    mine: bool
    actions: list[Action]
    content: dict[str, Any] | None
    lines: list[Line]
    disclosed: list[tuple[str, str]] = field(default_factory=list)
    disclosed_until: date | None = None
    messages: list[Message] = field(default_factory=list)
    can_write: bool = False
    interviews: list[Interview] = field(default_factory=list)
    may_call_off: set[int] = field(default_factory=set)  # ids of the interviews that can still be called off
    to_pick: Interview | None = None
    steps: list[Step] = field(default_factory=list)
    hire: list[tuple[str, str]] = field(default_factory=list)
    asks_again: bool = False
    consent_fields: list[str] = field(default_factory=list)
    others_live: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


def for_actor(actor: Actor, proposal: Proposal) -> Page:
    """Build the page. Writes to the access log what it shows of the candidate's identity.

    :param proposal: from ``queries.get_for``.
    """
    shown = actor.is_staff or shows_profile(proposal)
    content = proposal.frozen_profile.content if shown and proposal.frozen_profile else None
    meetings = queries.interviews_of(proposal)
    told = _disclosed(actor, proposal)
    turn, mine = turn_for(actor, proposal)
    return Page(
        proposal=proposal,
        name=_name(actor, proposal),
        state=state_for(actor, proposal),
        tone=PROPOSALS.tones[proposal.state],
        turn=turn,
        mine=mine,
        actions=actions_for(actor, proposal),
        content=content,
        lines=compare(proposal.opening, content) if content else [],
        disclosed=told,
        disclosed_until=proposal.disclosure_consent.until if told and proposal.disclosure_consent else None,
        messages=queries.messages_of(proposal) if shown else [],
        can_write=(proposal.state in SENT or proposal.state is S.HIRED) and actor.role in (Role.EMPLOYER, Role.COACH),
        interviews=meetings if shown else [],
        may_call_off={one.id for one in meetings if interviews.may_call_off(actor, proposal, one)},
        to_pick=next((one for one in meetings if _may_pick(actor, proposal, one)), None),
        steps=timeline(actor, proposal),
        hire=hire_facts(proposal),
        asks_again=actor.is_staff and needs_new_yes(proposal),
        consent_fields=_consented(actor, proposal),
        others_live=_others(actor, proposal),
        left=_left(actor, proposal),
    )


def hire_facts(proposal: Proposal) -> list[tuple[str, str]]:
    """The terms of a hire as they were reported, which the other side confirms; empty before that."""
    if proposal.state not in (S.HIRE_REPORTED, S.HIRED) or proposal.hire_starts_on is None:
        return []
    pay = str(PAY_KIND_NAMES[proposal.hire_pay]) if proposal.hire_pay else ""
    if proposal.subsidy_decided_on is not None:
        pay = _("%(pay)s, decided %(day)s", pay=pay, day=day(proposal.subsidy_decided_on))
    rows = [
        (_("First working day"), day(proposal.hire_starts_on)),
        (_("Last working day"), day(proposal.hire_ends_on) if proposal.hire_ends_on else ""),
        (_("Hours a week"), str(proposal.hire_hours or "")),
        (_("Contract"), str(EMPLOYMENT_TYPE_NAMES[proposal.hire_type]) if proposal.hire_type else ""),
        (_("Pay"), pay),
    ]
    return [(label, value) for label, value in rows if value]


def _name(actor: Actor, proposal: Proposal) -> str | None:
    if not actor.is_staff:
        return None
    return candidates.names(actor, [proposal.candidate_id], "proposals.show").get(proposal.candidate_id)


def _disclosed(actor: Actor, proposal: Proposal) -> list[tuple[str, str]]:
    """The consented details, for the employer's contact persons, logged before they are shown."""
    consent = proposal.disclosure_consent
    if not actor.is_employer or proposal.state not in IDENTITY_KNOWN or consent is None or not consent.is_live():
        return []
    try:
        values = disclosed_fields(consent, consent.fields)
    except Refused:  # the candidate's plan was narrowed since
        return []
    audit.saw(actor, [proposal.candidate_id], "proposals.show", "disclosed to the employer")
    return [(str(PERSONAL_FIELD_NAMES[one]), value) for one, value in values.items()]


def _consented(actor: Actor, proposal: Proposal) -> list[str]:
    consent = proposal.disclosure_consent
    if not actor.is_staff or consent is None or not consent.is_live():
        return []
    return [str(PERSONAL_FIELD_NAMES[one]) for one in consent.fields]


def _left(actor: Actor, proposal: Proposal) -> list[tuple[str, str]]:
    """For staff, once a sent proposal has ended without a hire: what had reached the employer, whom, and when."""
    if not actor.is_staff or proposal.proposed_at is None or proposal.state in SENT or proposal.state is S.HIRED:
        return []
    people = ", ".join(user.name for user in proposal.consent.contacts) if proposal.consent else ""
    sent = _("%(day)s, to %(people)s", day=day(proposal.proposed_at), people=people)
    left = [(_("Profile without a name"), sent)]
    for given in queries.disclosures_of(proposal):
        names = ", ".join(str(PERSONAL_FIELD_NAMES[one]) for one in given.fields)
        left.append((_("Contact details"), _("%(day)s: %(fields)s", day=day(given.at), fields=names)))
    return left


def _others(actor: Actor, proposal: Proposal) -> int:
    if actor.role is not Role.COACH or proposal.state is not S.HIRED:
        return 0
    return len([one for one in queries.live_of_candidate(proposal.candidate_id) if one.close_due_at is None])


def needs_new_yes(proposal: Proposal) -> bool:
    """Whether the candidate must be asked again: the opening was changed since the yes, or the yes is past its day."""
    return needs_yes_again(proposal, terms_digest(proposal.opening))


def _may_pick(actor: Actor, proposal: Proposal, interview: Interview) -> bool:
    return (
        interview.state is InterviewState.PROPOSED
        and interview.proposed_by is not side_of(actor)
        and PROPOSALS.row(proposal.state, "agree_interview") is not None
        and actor.role in (Role.EMPLOYER, Role.COACH)
    )


def actions_for(actor: Actor, proposal: Proposal) -> list[Action]:
    """The buttons that the table allows this actor now, the main one first."""
    main = _main(actor, proposal)
    rows = [row for row in PROPOSALS.open_to(proposal.state, actor.role) if row.verb not in _ELSEWHERE]
    if any(_HIDING & set(row.guards) for row in rows):
        facts = queries.facts(proposal)
        rows = [row for row in rows if not any(GUARDS[name](facts, actor) for name in _HIDING & set(row.guards))]
    found = [Action(row.verb, label_for(actor, row), _kind(row.verb, main)) for row in rows]
    if PROPOSALS.row(proposal.state, "agree_interview") and actor.role in (Role.EMPLOYER, Role.COACH):
        found.append(Action("times", _("Suggest times"), "primary" if main == "times" else "secondary"))
    if main == CHANGE_PROFILE:
        found.append(Action(CHANGE_PROFILE, _("Edit the profile"), "primary"))
    return sorted(found, key=lambda one: {"primary": 0, "secondary": 1, "danger": 2}[one.kind])


def _main(actor: Actor, proposal: Proposal) -> str | None:
    if not proposal.change_wish or (actor.role, proposal.state) != (Role.COACH, S.DRAFT):
        return MAIN.get((actor.role, proposal.state))
    changed_at = db.session.scalar(select(Profile.changed_at).where(Profile.candidate_id == proposal.candidate_id))
    return "ask_consent" if changed_at is not None and changed_at > proposal.state_since else CHANGE_PROFILE


def _kind(verb: str, main: str | None) -> str:
    if verb == main:
        return "primary"
    return "danger" if verb in DANGER else "secondary"


def label_for(actor: Actor, row: Transition[ProposalState]) -> str:
    """The words on a step's button and page, for who presses it."""
    return str(row.label if actor.is_employer else ON_BEHALF.get(row.verb, row.label))


def is_no_longer_available(proposal: Proposal) -> bool:
    """Whether it ended for a reason that is the candidate's own: an employer reads one sentence for all of them."""
    return proposal.state in (S.TURNED_DOWN, S.WITHDRAWN) or proposal.close_ground is CloseGround.HIRED_ELSEWHERE


def state_for(actor: Actor, proposal: Proposal) -> str:
    """The state in words, as this reader may know it."""
    state = S.WITHDRAWN if actor.is_employer and is_no_longer_available(proposal) else proposal.state
    return str(PROPOSALS.labels[state])


def turn_for(actor: Actor, proposal: Proposal) -> tuple[str, bool]:
    """Whose turn it is, as the rest of the sentence after "Your turn:" or "Waiting:", and whether it is the actor's."""
    role = whose_turn(proposal)
    if role is None:
        return "", False
    mine = role is actor.role
    if mine and proposal.state is S.DRAFT and proposal.change_wish:
        return _("Change the profile as the candidate wished, then ask again."), mine
    texts = {
        (S.DRAFT, True): _("Record the candidate's consent and send, or ask by link."),
        (S.AWAITING_CONSENT, False): _("The candidate answers by link."),
        (S.PROPOSED, True): _("Say “Interested” or “Not this time”."),
        (S.PROPOSED, False): _("The employer answers. Reminders go after 3 and 7 days."),
        (S.INTERESTED, True): _("Ask the candidate what may be told, and give contact details."),
        (S.INTERESTED, False): _("The coach talks with the candidate and answers within a working day."),
        (S.DISCLOSED, True): _("Suggest times for a meeting, or call."),
        (S.DISCLOSED, False): _("The employer suggests times. You can do it too."),
        (S.INTERVIEW, True): _("Meet. Then offer the job, or say “Not this time”."),
        (S.INTERVIEW, False): _("They meet. Then the employer offers the job or says no."),
        (S.OFFERED, True): _("Ask the candidate, and report the hire."),
        (S.OFFERED, False): _("The candidate answers through the coach."),
        (S.HIRE_REPORTED, True): _("Look at the terms and confirm the hire."),
        (S.HIRE_REPORTED, False): _("The other side confirms the hire."),
    }
    return texts.get((proposal.state, mine), ""), mine


def timeline(actor: Actor, proposal: Proposal) -> list[Step]:
    """What has happened, newest first. An employer reads only what came after the sending.

    Its times are days: two employers who compare notes shall not join one person by a minute.
    """
    events = [event for event in audit.history("proposal", proposal.id) if _shows(actor, proposal, event)]
    names = _user_names(events)
    return [
        Step(
            clock.local(event.at).date() if actor.is_employer else event.at,
            _said(event),
            names.get(event.actor_id or 0) or str(ROLE_NAMES[event.actor_role]),
        )
        if not (actor.is_employer and _is_quiet_end(proposal, event))
        else Step(clock.local(event.at).date(), str(PROPOSALS.labels[S.WITHDRAWN]), "")
        for event in events
    ]


def _is_quiet_end(proposal: Proposal, event: AuditEvent) -> bool:
    """The end itself, when neither its reason nor who pressed is the employer's to know."""
    ends = ("proposals.turn_down", "proposals.withdraw", "proposals.close")
    return event.verb in ends and is_no_longer_available(proposal)


_OTHER_EVENTS = {
    "proposals.propose_times": "times",
    "proposals.cancel_meeting": "cancelled",
    "proposals.renew_consent": "renewed",
}


def _shows(actor: Actor, proposal: Proposal, event: AuditEvent) -> bool:
    verb = event.verb.removeprefix("proposals.")
    if event.verb not in _OTHER_EVENTS and verb not in PROPOSALS.verbs:
        return False
    if not actor.is_employer:
        return True
    sent_at = proposal.proposed_at or clock.now()
    own = {"record_consent", "agree"}  # these two are the sending itself, and are told as such
    return event.at >= sent_at or verb in own


def _said(event: AuditEvent) -> str:
    other = _OTHER_EVENTS.get(event.verb)
    if other == "times":
        return _("Times for a meeting suggested")
    if other == "cancelled":
        return _("Meeting called off")
    if other == "renewed":
        return _("The candidate agreed again")
    verb = event.verb.removeprefix("proposals.")
    return next(str(row.done) for row in PROPOSALS.rows if row.verb == verb)


def _user_names(events: list[AuditEvent]) -> dict[int, str]:
    ids = {event.actor_id for event in events if event.actor_id is not None}
    if not ids:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)).order_by(User.id))
    return dict(rows.all())
