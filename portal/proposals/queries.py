"""Reading proposals: actor first, always ordered, and somebody else's does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.candidates import profiles, textguard
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate, Consent, FrozenProfile, consent_contacts
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.workdays import add_working_days
from portal.employers import queries as employers
from portal.openings.models import Opening, opening_contacts
from portal.openings.rules import terms_digest
from portal.proposals.models import CloseGround, Disclosure, Interview, InterviewState, Message, Proposal
from portal.proposals.rules import LATE_CONFIRMATION_WORKING_DAYS, SILENT_AFTER, Facts
from portal.proposals.states import LIVE, PROFILE_SHOWN, ProposalState

HISTORY_KEPT = timedelta(days=183)  # domain.md: an ended proposal leaves the employer's history after six months

_LOADED = (
    joinedload(Proposal.opening).joinedload(Opening.employer),
    joinedload(Proposal.opening).selectinload(Opening.contacts),
    joinedload(Proposal.opening).joinedload(Opening.workplace),
    joinedload(Proposal.alias),
    joinedload(Proposal.coach),
    joinedload(Proposal.candidate),
    joinedload(Proposal.frozen_profile),
    joinedload(Proposal.consent).selectinload(Consent.contacts),
    joinedload(Proposal.disclosure_consent),
)


def _is_contact(actor: Actor) -> ColumnElement[bool]:
    """The actor is a contact person of the opening, and one whom the candidate's consent names."""
    return and_(
        exists().where(
            opening_contacts.c.opening_id == Proposal.opening_id, opening_contacts.c.user_id == actor.user_id
        ),
        exists().where(
            consent_contacts.c.consent_id == Proposal.consent_id, consent_contacts.c.user_id == actor.user_id
        ),
    )


def _kept_for_employers() -> ColumnElement[bool]:
    shown = or_(Proposal.state.in_(PROFILE_SHOWN), Proposal.state_since > clock.now() - HISTORY_KEPT)
    return and_(Proposal.proposed_at.is_not(None), shown)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a proposal exists for an actor (``domain.md``, "Who is who, and who sees what")."""
    if actor.role is Role.EMPLOYER:
        owned = exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == actor.employer_id)
        return and_(owned, _kept_for_employers(), _is_contact(actor))
    if actor.role is Role.COACH:
        return exists().where(Candidate.id == Proposal.candidate_id, Candidate.coach_id == actor.user_id)
    if actor.role is Role.TEAM_LEADER:
        return exists().where(Candidate.id == Proposal.candidate_id, Candidate.team_id == actor.team_id)
    return false()


def get_for(actor: Actor, public_id: str) -> Proposal:
    """One proposal with all that its page reads. :raises Missing: absent, or not this actor's to see."""
    query = select(Proposal).where(Proposal.public_id == public_id, visible_to(actor)).options(*_LOADED)
    return _one(query)


def load(proposal_id: int) -> Proposal:
    """One proposal by its row id, for the system and for holders of a link. :raises Missing: absent."""
    return _one(select(Proposal).where(Proposal.id == proposal_id).options(*_LOADED))


def _one(query: Select[Proposal]) -> Proposal:
    found = db.session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
    if found is None:
        raise Missing
    return found


def newest_first(actor: Actor, *conditions: ColumnElement[bool]) -> Select[Proposal]:
    """A list of the actor's proposals with opening, employer and alias, the latest change first."""
    return (
        select(Proposal)
        .where(visible_to(actor), *conditions)
        .options(
            joinedload(Proposal.opening).joinedload(Opening.employer),
            joinedload(Proposal.alias),
            joinedload(Proposal.frozen_profile),
            joinedload(Proposal.consent),
            joinedload(Proposal.coach),
        )
        .order_by(Proposal.state_since.desc(), Proposal.id.desc())
    )


def listed(actor: Actor, *conditions: ColumnElement[bool], at_most: int = 50) -> list[Proposal]:
    """The first rows of ``newest_first``."""
    return list(db.session.scalars(newest_first(actor, *conditions).limit(at_most)).unique())


def of_opening(actor: Actor, opening_id: int) -> list[Proposal]:
    """The actor's proposals for one opening, the latest change first."""
    return listed(actor, Proposal.opening_id == opening_id)


def of_candidate(actor: Actor, candidate_id: int) -> list[Proposal]:
    """The actor's proposals of one candidate, the latest change first."""
    return listed(actor, Proposal.candidate_id == candidate_id)


def of_employer(actor: Actor, employer_id: int) -> list[Proposal]:
    """The actor's proposals to one employer, the latest change first."""
    at_employer = exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == employer_id)
    return listed(actor, at_employer)


def known_to_colleagues(actor: Actor, opening_id: int) -> list[Proposal]:
    """What an employer's user who is no contact person may know: that there is a proposal, and its state."""
    query = (
        select(Proposal)
        .where(
            Proposal.opening_id == opening_id,
            _kept_for_employers(),
            ~_is_contact(actor),
            exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == actor.employer_id),
        )
        .options(joinedload(Proposal.alias))
        .order_by(Proposal.state_since.desc(), Proposal.id.desc())
        .limit(50)
    )
    return list(db.session.scalars(query))


def waiting_for_employer(actor: Actor) -> list[Proposal]:
    """What an employer's contact person should answer: proposals, details given, hires that the coach reported."""
    from_coach = and_(Proposal.state == ProposalState.HIRE_REPORTED, Proposal.hire_reported_by == "coach")
    return listed(actor, or_(Proposal.state == ProposalState.PROPOSED, from_coach))


def waiting_for_coach(actor: Actor) -> list[Proposal]:
    """What waits for the coach: interest to follow up, changes asked for, hires that the employer reported."""
    reported = and_(Proposal.state == ProposalState.HIRE_REPORTED, Proposal.hire_reported_by == "employer")
    wish = and_(Proposal.state == ProposalState.DRAFT, Proposal.change_wish != "")
    return listed(
        actor, or_(Proposal.state == ProposalState.INTERESTED, Proposal.state == ProposalState.OFFERED, reported, wish)
    )


def silent(actor: Actor) -> list[Proposal]:
    """Proposals that an employer has left unanswered for a week."""
    return listed(actor, Proposal.state == ProposalState.PROPOSED, Proposal.proposed_at <= clock.now() - SILENT_AFTER)


def live_count(candidate_id: int) -> int:
    """How many proposals of a candidate are under way."""
    return live_counts([candidate_id]).get(candidate_id, 0)


def live_counts(candidate_ids: Iterable[int]) -> dict[int, int]:
    """How many proposals are under way, by candidate, in one statement."""
    query = (
        select(Proposal.candidate_id, func.count())
        .where(Proposal.candidate_id.in_(list(candidate_ids)), Proposal.state.in_(LIVE))
        .group_by(Proposal.candidate_id)
    )
    return dict(db.session.execute(query).all())


def sent_counts(opening_ids: Iterable[int]) -> dict[int, int]:
    """How many nameless candidates are under way with the employer, by opening, in one statement."""
    query = (
        select(Proposal.opening_id, func.count())
        .where(Proposal.opening_id.in_(list(opening_ids)), Proposal.state.in_(LIVE), Proposal.proposed_at.is_not(None))
        .group_by(Proposal.opening_id)
    )
    return dict(db.session.execute(query).all())


def hired_count(opening_id: int) -> int:
    """How many people an opening has brought."""
    query = select(func.count()).where(Proposal.opening_id == opening_id, Proposal.state == ProposalState.HIRED)
    return db.session.scalar(query) or 0


def contact_users(proposal: Proposal) -> list[User]:
    """Who at the employer may be told: contact persons of the opening whom the consent names, and who are active.

    Needs ``opening.contacts`` and ``consent.contacts`` loaded.
    """
    if proposal.consent is None:
        return []
    named = {user.id for user in proposal.consent.contacts}
    return [user for user in proposal.opening.contacts if user.id in named and user.is_active]


def messages_of(proposal: Proposal) -> list[Message]:
    """The messages under a proposal, oldest first, with their authors."""
    query = (
        select(Message)
        .where(Message.proposal_id == proposal.id)
        .options(joinedload(Message.author))
        .order_by(Message.at, Message.id)
    )
    return list(db.session.scalars(query))


def interviews_of(proposal: Proposal) -> list[Interview]:
    """The interviews of a proposal that are asked about or agreed, newest first."""
    query = (
        select(Interview)
        .where(Interview.proposal_id == proposal.id, Interview.state != InterviewState.CANCELLED)
        .options(selectinload(Interview.times))
        .order_by(Interview.id.desc())
    )
    return list(db.session.scalars(query))


def disclosures_of(proposal: Proposal) -> list[Disclosure]:
    """What was handed over under a proposal, oldest first."""
    query = select(Disclosure).where(Disclosure.proposal_id == proposal.id).order_by(Disclosure.at, Disclosure.id)
    return list(db.session.scalars(query))


def interview_of(proposal: Proposal, public_id: str) -> Interview:
    """One interview of a proposal. :raises Missing: absent or another's."""
    query = (
        select(Interview)
        .where(Interview.proposal_id == proposal.id, Interview.public_id == public_id)
        .options(selectinload(Interview.times))
    )
    found = db.session.scalar(query)
    if found is None:
        raise Missing
    return found


def hold(proposal: Proposal) -> None:
    """Let nobody else change the opening until this transaction ends, and read proposal and opening as they are now.

    What the guards read (places left, the terms that the candidate agreed to) then still holds when the state changes.
    SQLite needs no lock of a row: who writes there is alone.
    """
    # FOR NO KEY UPDATE: rows that only point to the opening, as a consent does, are written beside it
    db.session.execute(select(Opening.id).where(Opening.id == proposal.opening_id).with_for_update(key_share=True))
    load(proposal.id)


def has_other_live(proposal: Proposal) -> bool:
    """Whether another proposal of the same candidate for the same opening is under way."""
    query = select(Proposal.id).where(
        Proposal.candidate_id == proposal.candidate_id,
        Proposal.opening_id == proposal.opening_id,
        Proposal.state.in_(LIVE),
        Proposal.id != (proposal.id or 0),
    )
    return db.session.scalar(query.limit(1)) is not None


def was_refused(candidate_id: int, opening_id: int) -> bool:
    """Whether the candidate has said no to this opening; silence past the last day is no "no"."""
    query = select(Proposal.id).where(
        Proposal.candidate_id == candidate_id,
        Proposal.opening_id == opening_id,
        Proposal.state == ProposalState.REFUSED,
        Proposal.lapsed.is_(False),
    )
    return db.session.scalar(query.limit(1)) is not None


def facts(
    proposal: Proposal,
    *,
    can_be_asked: bool = True,
    candidate_said_yes: bool = False,
    closing_ground: CloseGround | None = None,
) -> Facts:
    """Gather what the guards read about a proposal, loaded as ``load`` does it.

    The three flags are what only the caller knows: how the candidate is to be asked, whether the coach says that the
    candidate has said yes, and why the system closes.
    """
    candidate = candidates.load(proposal.candidate_id)
    before_sending = proposal.state in (ProposalState.DRAFT, ProposalState.AWAITING_CONSENT)
    content = profiles.content(candidate) if before_sending else {}
    reported = proposal.hire_reported_at
    return Facts(
        proposal=proposal,
        opening=proposal.opening,
        now=clock.now(),
        today=clock.today(),
        terms_digest=terms_digest(proposal.opening),
        profile_digest=profiles.digest(content) if before_sending else "",
        consent=proposal.consent,
        disclosure_consent=proposal.disclosure_consent,
        plan=candidates.plan_of(proposal.candidate_id),
        other_live=has_other_live(proposal),
        refused_before=was_refused(proposal.candidate_id, proposal.opening_id),
        profile_blocked=before_sending and _is_blocked(proposal.candidate_id, content),
        can_be_asked=can_be_asked,
        contacts=sum(user.is_active for user in proposal.opening.contacts),
        hired=hired_count(proposal.opening_id),
        late_after=(
            add_working_days(clock.local(reported).date(), LATE_CONFIRMATION_WORKING_DAYS) if reported else None
        ),
        candidate_said_yes=candidate_said_yes or proposal.candidate_said_yes_at is not None,
        closing_ground=closing_ground,
    )


def _is_blocked(candidate_id: int, content: dict[str, object]) -> bool:
    texts = [str(content.get("pitch", "")), *(str(line) for line in _lines(content.get("works_well")))]
    return any(remark.blocks for text in texts for remark in textguard.remarks(text, candidate_id))


def _lines(value: object) -> list[object]:
    return value if isinstance(value, list) else [value or ""]


def state_of(proposal_id: int) -> ProposalState | None:
    """The state of a proposal now, or None when it is gone: asked again when a mail is about to leave."""
    return db.session.scalar(select(Proposal.state).where(Proposal.id == proposal_id))


def interview_state(interview_id: int) -> InterviewState | None:
    """The state of an interview now, or None when it is gone."""
    return db.session.scalar(select(Interview.state).where(Interview.id == interview_id))


def has_address(candidate_id: int) -> bool:
    """Whether mail can reach the candidate."""
    return candidates.recipient(candidate_id) is not None


def may_be_told(proposal_id: int, user_id: int | None) -> bool:
    """Whether a user may still be told of a proposal: who sees its page, if only by now.

    A candidate (``user_id`` None) may always be told of the own proposal.
    """
    if user_id is None:
        return True
    user = db.session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    query = select(Proposal.id).where(Proposal.id == proposal_id, visible_to(employers.actor_of(user)))
    return db.session.scalar(query) is not None


def frozen(frozen_profile_id: int | None) -> FrozenProfile:
    """A frozen profile by its row. :raises Missing: absent."""
    found = db.session.get(FrozenProfile, frozen_profile_id) if frozen_profile_id is not None else None
    if found is None:
        raise Missing
    return found


def live_of_opening(opening_id: int) -> list[Proposal]:
    """Every live proposal of an opening, loaded for the service, oldest first."""
    query = select(Proposal).where(Proposal.opening_id == opening_id, Proposal.state.in_(LIVE)).options(*_LOADED)
    return list(db.session.scalars(query.order_by(Proposal.id)).unique())


def live_of_candidate(candidate_id: int) -> list[Proposal]:
    """Every live proposal of a candidate, loaded for the service, oldest first."""
    query = select(Proposal).where(Proposal.candidate_id == candidate_id, Proposal.state.in_(LIVE)).options(*_LOADED)
    return list(db.session.scalars(query.order_by(Proposal.id)).unique())


def consents_of(proposal: Proposal) -> list[Consent]:
    """The consents that a proposal stands on."""
    ids = [one for one in (proposal.consent_id, proposal.disclosure_consent_id) if one is not None]
    return list(db.session.scalars(select(Consent).where(Consent.id.in_(ids)).order_by(Consent.id)))


def past_last_day(today: date) -> list[Proposal]:
    """Consent requests whose last day to answer was before ``today``, oldest first."""
    return _all(Proposal.state == ProposalState.AWAITING_CONSENT, Proposal.answer_by < today)


def unanswered_since(moment: datetime, *, reminders: int) -> list[Proposal]:
    """Proposals that wait for the employer since ``moment`` or longer, after so many reminders, oldest first."""
    return _all(
        Proposal.state == ProposalState.PROPOSED, Proposal.proposed_at <= moment, Proposal.reminders == reminders
    )


def to_close_by(moment: datetime) -> list[Proposal]:
    """Live proposals whose agreed closing hour has come, oldest first."""
    return _all(Proposal.state.in_(LIVE), Proposal.close_due_at <= moment)


def _all(*conditions: ColumnElement[bool]) -> list[Proposal]:
    query = select(Proposal).where(*conditions).options(*_LOADED).order_by(Proposal.id)
    return list(db.session.scalars(query).unique())
