"""A proposal's page as ready values: the template decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.audit import service as audit
from portal.candidates import profiles
from portal.candidates import queries as candidates
from portal.candidates.models import CONSENT_HOW_NAMES, PERSONAL_FIELD_NAMES, ConsentHow, PersonalField
from portal.core.actors import Actor, Role
from portal.core.i18n import day
from portal.openings.models import EMPLOYMENT_TYPE_NAMES
from portal.openings.rules import terms_digest
from portal.proposals import interviews, known, queries
from portal.proposals.actions import Action, actions_for
from portal.proposals.compare import Line, compare
from portal.proposals.leaving import left
from portal.proposals.models import PAY_KIND_NAMES, Interview, Proposal
from portal.proposals.rules import (
    has_left,
    is_unseen,
    may_take_back,
    needs_yes_again,
    shows_profile,
    side_of,
    why_employer_is_out,
)
from portal.proposals.states import DECLINE_REASON_NAMES, IDENTITY_KNOWN, LIVE, PROPOSALS, SENT, ProposalState
from portal.proposals.timeline import Step, timeline
from portal.proposals.wording import state_for, turn_for

S = ProposalState


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a candidate lets the employer know, by a yes that holds: which details, how the yes was given, and when."""

    fields: list[str]
    how: str
    by_link: bool
    on: datetime
    until: date


@dataclass(frozen=True)
class Said:
    """A message as this reader may read it; ``text`` None: it may hold details that the reader may not know now."""

    author: str
    at: datetime
    text: str | None


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
    messages: list[Said] = field(default_factory=list)
    reads_words: bool = True  # what was written since details were given
    can_write: bool = False
    interviews: list[Interview] = field(default_factory=list)
    may_call_off: set[int] = field(default_factory=set)  # ids of the interviews that can still be called off
    to_pick: Interview | None = None
    steps: list[Step] = field(default_factory=list)
    hire: list[tuple[str, str]] = field(default_factory=list)
    declined: list[tuple[str, str]] = field(default_factory=list)  # why the employer said no
    asks_again: bool = False
    others_live: int = 0
    employer_is_out: str | None = None  # why nothing goes on with the employer, of a live proposal, for staff
    answered: Answered | None = None
    left: list[tuple[str, str]] = field(default_factory=list)
    by_mail: list[str] = field(default_factory=list)  # whose links to answer work now, for staff
    unseen: bool = False  # a hire that nobody at the employer can see, for staff
    may_take_back: bool = False  # there is a yes that no step of the workflow ends, for staff
    may_ask_after_hire: bool = False
    holds: str = ""  # until when the yes holds, and whom it names, for staff
    own_link: bool = False  # the candidate's link to what was agreed works, for staff

    # two employers who compare notes shall not join one person by a minute, until they know who it is
    to_the_minute: bool = True


def for_actor(actor: Actor, proposal: Proposal) -> Page:
    """Build the page. Writes to the access log what it shows of the candidate's identity.

    :param proposal: from ``queries.get_for``.
    """
    shown = actor.is_staff or shows_profile(proposal)
    content = _content(actor, proposal) if shown else None
    meetings = queries.interviews_of(proposal)
    knows = known.told_to(actor, proposal)
    reads_words = actor.is_staff or known.covers_words(knows, proposal)
    told = _disclosed(actor, proposal, knows)
    is_out = why_employer_is_out(proposal.opening) if proposal.state in LIVE else None
    ahead = queries.next_for(proposal)
    turn, mine = turn_for(actor, ahead) if is_out is None else ("", False)
    return Page(
        proposal=proposal,
        name=_name(actor, proposal),
        state=state_for(actor, proposal, ahead),
        tone=PROPOSALS.tones[proposal.state],
        turn=turn,
        mine=mine,
        actions=actions_for(actor, proposal, ahead),
        content=content,
        lines=compare(proposal.opening, content) if content else [],
        disclosed=told,
        disclosed_until=proposal.disclosure_consent.until if told and proposal.disclosure_consent else None,
        messages=_messages(proposal, reads_words) if shown else [],
        reads_words=reads_words,
        can_write=shows_profile(proposal) and _answers(actor),
        interviews=meetings if shown else [],
        may_call_off={one.id for one in meetings if interviews.may_call_off(actor, proposal, one)},
        to_pick=interviews.to_pick(side_of(actor), proposal, meetings) if shown and _answers(actor) else None,
        steps=timeline(actor, proposal),
        hire=hire_facts(proposal),
        declined=_declined(actor, proposal),
        asks_again=actor.is_staff and needs_new_yes(proposal),
        others_live=_others(actor, proposal),
        employer_is_out=is_out if actor.is_staff else None,
        answered=answered(proposal) if actor.is_staff else None,
        left=left(proposal) if actor.is_staff and has_left(proposal) else [],
        by_mail=_by_mail(actor, proposal),
        unseen=actor.is_staff and is_unseen(proposal),
        may_take_back=actor.is_staff and may_take_back(proposal),
        may_ask_after_hire=actor.role is Role.COACH and proposal.state is S.HIRED,
        holds=_holds(proposal) if actor.is_staff else "",
        own_link=actor.is_staff and links.live(Purpose.MY_CONSENTS, proposal.id) is not None,
        to_the_minute=actor.is_staff or proposal.state in IDENTITY_KNOWN,
    )


def _content(actor: Actor, proposal: Proposal) -> dict[str, Any] | None:
    """What the employer sees; of a draft, for staff, what the employer would see if it were sent now."""
    if proposal.state is S.DRAFT and actor.is_staff:
        return profiles.content(candidates.load(proposal.candidate_id))
    return proposal.frozen_profile.content if proposal.frozen_profile else None


def to_send(proposal: Proposal, verb: str) -> dict[str, Any] | None:
    """The profile that a step of the coach's would send or ask about; None for every other step."""
    if verb not in ("record_consent", "ask_consent"):
        return None
    return profiles.content(candidates.load(proposal.candidate_id))


def hire_facts(proposal: Proposal, *, with_pay: bool = True) -> list[tuple[str, str]]:
    """The terms of a hire as they were reported, which the other side confirms; empty before that.

    :param with_pay: how the job is paid too: not where a mail that was passed on leads.
    """
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
        (_("Pay"), pay if with_pay else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _declined(actor: Actor, proposal: Proposal) -> list[tuple[str, str]]:
    """The employer's reason, and for the team the line to the coach: it may be the coach's own words of a call."""
    if proposal.state is not S.DECLINED or proposal.decline_reason is None:
        return []
    rows = [(_("Reason"), str(DECLINE_REASON_NAMES[proposal.decline_reason]))]
    if actor.is_staff and proposal.decline_note:
        rows.append((_("A line to the coach"), proposal.decline_note))
    return rows


def _name(actor: Actor, proposal: Proposal) -> str | None:
    if not actor.is_staff:
        return None
    return candidates.names(actor, [proposal.candidate_id], "proposals.show").get(proposal.candidate_id)


def _disclosed(actor: Actor, proposal: Proposal, knows: dict[PersonalField, str]) -> list[tuple[str, str]]:
    """The consented details, for the employer's contact persons, logged before they, or texts with them, are shown."""
    if knows:
        audit.saw(actor, [proposal.candidate_id], "proposals.show", "disclosed to the employer")
    return [(str(PERSONAL_FIELD_NAMES[one]), value) for one, value in knows.items()]


def _messages(proposal: Proposal, reads_words: bool) -> list[Said]:
    since = None if reads_words else known.given_since(proposal)
    return [
        Said(one.author.name, one.at, None if since is not None and one.at >= since else one.text)
        for one in queries.messages_of(proposal)
    ]


def answered(proposal: Proposal) -> Answered | None:
    """The candidate's living answer to what may be told, for staff; None when there is none."""
    consent = proposal.disclosure_consent
    if consent is None or not consent.is_live():
        return None
    return Answered(
        fields=[str(PERSONAL_FIELD_NAMES[one]) for one in consent.fields],
        how=str(CONSENT_HOW_NAMES[consent.how]),
        by_link=consent.how is ConsentHow.LINK,
        on=consent.given_at,
        until=consent.until,
    )


def _holds(proposal: Proposal) -> str:
    consent = proposal.consent
    if consent is None or not consent.is_live():
        return ""
    people = ", ".join(user.name for user in consent.contacts)
    return _("It holds until %(day)s and names %(people)s.", day=day(consent.until), people=people)


def _by_mail(actor: Actor, proposal: Proposal) -> list[str]:
    """For staff: the contact persons who can answer from a mail, by the links that were made for them."""
    if not actor.is_staff or proposal.state not in SENT:
        return []
    holders = links.readers_of(Purpose.ANSWER, proposal.id)
    return [user.name for user in queries.contact_users(proposal) if user.id in holders]


def _others(actor: Actor, proposal: Proposal) -> int:
    if actor.role is not Role.COACH or proposal.state is not S.HIRED:
        return 0
    return len([one for one in queries.live_of_candidate(proposal.candidate_id) if one.close_due_at is None])


def needs_new_yes(proposal: Proposal) -> bool:
    """Whether the candidate must be asked again: the opening was changed since the yes, or the yes is past its day."""
    return needs_yes_again(proposal, terms_digest(proposal.opening))


def _answers(actor: Actor) -> bool:
    return actor.role in (Role.EMPLOYER, Role.COACH)
