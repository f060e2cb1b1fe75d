"""What is done to employers and to who belongs to them: one verb each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import links
from portal.accounts import queries as accounts
from portal.accounts import service as account_service
from portal.accounts.models import Purpose, SignedLink, User
from portal.audit.service import record
from portal.core import clock, guarding
from portal.core.actors import Actor, Role
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, LinkDead, Overtaken, Refused
from portal.core.i18n import Language
from portal.employers import events, mails, queries, rules
from portal.employers.models import (
    Channel,
    Employer,
    EmployerContact,
    Invitation,
    JoinRequest,
    Membership,
    Workplace,
)
from portal.employers.states import VERIFICATIONS, RejectReason, Standing, Verification

INVITED_FOR = timedelta(days=14)


def business_id_of(field: str, text: str) -> str:
    """A Business ID as it is kept. :raises Invalid: at ``field``, when it is none (``rules.business_id``)."""
    kept = rules.business_id(text)
    if kept is None:
        raise Invalid(field, rules.not_a_business_id())
    return kept


def register(
    *,
    business_id: str,
    organisation: str,
    municipality: str,
    name: str,
    email: str,
    phone: str,
    password: str,
    language: Language,
) -> User | None:
    """Register a person and their organisation, or, when its Business ID is here already, ask to join it.

    Everybody is then asked by mail whether the address is theirs. Terms have been accepted in the form.

    :returns: the new user, or None when the address has an account; the caller shows the same page either way.
    :raises Invalid: at ``business_id``, ``email`` or ``password``, none of which depends on who is here already.
    """
    business_id = business_id_of("business_id", business_id)
    email = accounts.address_of("email", email)
    account_service.accept_password("password", password, name, email, organisation)
    user = account_service.register(
        role=Role.EMPLOYER, email=email, name=name, phone=phone, language=language, password=password
    )
    if user is None:
        return None
    employer, is_new = _found_or_known(
        Employer(name=organisation, business_id=business_id, municipality=municipality, language=language)
    )
    actor = Actor(Role.EMPLOYER, user_id=user.id, employer_id=employer.id)
    if is_new:
        db.session.add(Workplace(employer_id=employer.id, name=organisation, municipality=municipality))
        _join(user, employer, manages=True)
        record(actor, "employers.register", "employer", employer.id)
    else:
        db.session.add(JoinRequest(user_id=user.id, employer_id=employer.id, terms_version=rules.TERMS_VERSION))
        record(actor, "employers.ask_to_join", "employer", employer.id)
    db.session.flush()
    return user


def address_verified(_actor: Actor, user: User) -> None:
    """Somebody has shown that their address is theirs: now the team, or the colleagues, hear of them."""
    if membership := queries.membership_of(user.id):
        mails.welcome(user, membership.employer)
        if membership.employer.verification is Verification.WAITING:
            mails.employer_waits(membership.employer)
    elif request := queries.join_request_of(user.id):
        mails.colleague_asks(request, request.employer, who_lets_in(request.employer))


def who_lets_in(employer: Employer) -> list[User]:
    """Who is asked about a person who wants to join: those who manage the employer, else the team."""
    managers = queries.managers(employer.id) if employer.verification is Verification.VERIFIED else []
    return managers or accounts.staff()


def verify(actor: Actor, employer: Employer, reason: str = "") -> None:
    """The organisation is what it says. Without a Business ID the team leader says why it can be trusted.

    :raises Invalid: at ``reason``, when the team leader has to give one.
    """
    row = VERIFICATIONS.check(employer.verification, "verify", actor.role)
    if not employer.business_id and actor.role is Role.TEAM_LEADER and not reason:
        raise Invalid("reason", _("Write down why this employer can be trusted without a Business ID."))
    employer.verified_reason = "" if employer.business_id else reason
    for name in row.guards:
        if sentence := rules.GUARDS[name](employer, actor):
            raise Refused(sentence)
    _move(actor, employer, "verify", verified_at=clock.now(), verified_by_id=actor.user_id)
    mails.employer_verified(employer)
    events.VERIFIED.emit(actor, employer)


def reject(actor: Actor, employer: Employer, reason: RejectReason) -> None:
    """The organisation could not be verified; its people are told to call. The reason stays with the team."""
    VERIFICATIONS.check(employer.verification, "reject", actor.role)
    _move(actor, employer, "reject", logged={"reason": reason.value})
    mails.employer_rejected(employer)


def suspend(actor: Actor, employer: Employer) -> None:
    """Close an organisation's pages; its people see nothing of it from their next request on."""
    VERIFICATIONS.check(employer.verification, "suspend", actor.role)
    _move(actor, employer, "suspend")
    links.revoke_of([member.user_id for member in queries.members(employer.id)])
    mails.employer_suspended(employer)


def create(
    actor: Actor,
    *,
    name: str,
    business_id: str,
    sector: str,
    municipality: str,
    language: Language,
    words_read: str = "",
) -> Employer:
    """Keep an employer that somebody of the team has met. A coach who does looks after it.

    :param business_id: may be empty: a farm, a household, a firm being founded.
    :param words_read: tokens of the doubtful words in the texts that somebody of the team has looked at.
    :raises Invalid: at ``business_id``; as ``HeldBack`` for words that employers may not read.
    """
    _staff_only(actor)
    guarding.refuse_of(actor, {"name": name, "sector": sector}, words_read, of_firm=True)
    business_id = business_id_of("business_id", business_id) if business_id else ""
    known = queries.by_business_id(business_id) if business_id else None
    if known is not None:
        raise Invalid("business_id", _("This employer is here already: %(name)s.", name=known.name))
    employer = Employer(
        name=name,
        business_id=business_id or None,
        sector=sector,
        municipality=municipality,
        language=language,
        coach_id=actor.user_id if actor.role is Role.COACH else None,
    )
    db.session.add(employer)
    db.session.flush()
    db.session.add(Workplace(employer_id=employer.id, name=name, municipality=municipality))
    record(actor, "employers.create", "employer", employer.id)
    return employer


def edit(
    actor: Actor,
    employer: Employer,
    *,
    name: str,
    sector: str,
    municipality: str,
    language: Language,
    business_id: str = "",
    words_read: str = "",
) -> None:
    """Change an organisation's facts. A Business ID can be added by the team, never changed.

    :param words_read: as for ``create``; only texts that are changed are read.
    :raises Invalid: as ``create``.
    """
    if not rules.may_edit(actor, employer):
        raise Refused(_("This step is somebody else's to take."))
    _read_changed(actor, employer, {"name": name, "sector": sector}, words_read)
    if business_id and employer.business_id is None and actor.is_staff:
        added = business_id_of("business_id", business_id)
        if queries.by_business_id(added) is not None:
            raise Invalid("business_id", _("Another employer here has this Business ID."))
        employer.business_id = added
    employer.name, employer.sector = name, sector
    employer.municipality, employer.language = municipality, language
    record(actor, "employers.edit", "employer", employer.id)


def _read_changed(actor: Actor, kept: Employer | Workplace, texts: Mapping[str, str], words_read: str) -> None:
    changed = {field: text for field, text in texts.items() if text != getattr(kept, field)}
    guarding.refuse_of(actor, changed, words_read, of_firm=True)


def add_workplace(
    actor: Actor, employer: Employer, *, name: str, street: str, municipality: str, words_read: str = ""
) -> Workplace:
    """A site of the employer. :raises Invalid: as ``create``, for words of the team's that employers may not read."""
    if not rules.may_edit(actor, employer):
        raise Refused(_("This step is somebody else's to take."))
    guarding.refuse_of(actor, {"name": name, "street": street}, words_read, of_firm=True)
    workplace = Workplace(employer_id=employer.id, name=name, street=street, municipality=municipality)
    db.session.add(workplace)
    db.session.flush()
    record(actor, "employers.add_workplace", "employer", employer.id)
    return workplace


def edit_workplace(
    actor: Actor, workplace: Workplace, *, name: str, street: str, municipality: str, words_read: str = ""
) -> None:
    """Change a site; ``workplace.employer`` is loaded. The needs that are there move with it. Raises as ``edit``."""
    if not rules.may_edit(actor, workplace.employer):
        raise Refused(_("This step is somebody else's to take."))
    _read_changed(actor, workplace, {"name": name, "street": street}, words_read)
    moved = (workplace.street, workplace.municipality) != (street, municipality)
    workplace.name, workplace.street, workplace.municipality = name, street, municipality
    db.session.flush()
    record(actor, "employers.edit_workplace", "employer", workplace.employer_id)
    if moved:
        events.MOVED.emit(actor, workplace)


def invite(actor: Actor, employer: Employer, *, email: str, language: Language) -> Invitation:
    """Ask a person in. Whether the address has an account elsewhere is not said, here or by the time it takes.

    :raises Invalid: at ``email``, for a colleague or somebody who is invited already.
    """
    if not rules.may_invite(actor, employer):
        raise Refused(_("This step is somebody else's to take."))
    email = accounts.address_of("email", email)
    if any(member.user.email == email for member in queries.members(employer.id)):
        raise Invalid("email", _("This person is here already."))
    invitation = Invitation(
        employer_id=employer.id,
        email=email,
        language=language,
        invited_by_id=actor.user_id,
        expires_at=clock.now() + INVITED_FOR,
    )
    try:
        with db.session.begin_nested():
            db.session.add(invitation)
            db.session.flush()
    except IntegrityError:
        raise Invalid("email", _("This address is invited already. You can send that invitation again.")) from None
    record(actor, "employers.invite", "employer", employer.id)
    _mail_invitation(actor, invitation, employer)
    return invitation


def invite_again(actor: Actor, invitation: Invitation) -> None:
    """Mail a new link for 14 days; the old one stops working. ``invitation.employer`` is loaded."""
    if not rules.may_invite(actor, invitation.employer):
        raise Refused(_("This step is somebody else's to take."))
    invitation.expires_at = clock.now() + INVITED_FOR
    record(actor, "employers.invite_again", "employer", invitation.employer_id)
    _mail_invitation(actor, invitation, invitation.employer)


def withdraw_invitation(actor: Actor, invitation: Invitation) -> None:
    """Take an unanswered invitation back; its link stops working."""
    if not rules.may_invite(actor, invitation.employer):
        raise Refused(_("This step is somebody else's to take."))
    invitation.withdrawn_at = clock.now()
    links.revoke(Purpose.INVITATION, invitation.id)
    record(actor, "employers.withdraw_invitation", "employer", invitation.employer_id)


def invitation_of_link(link: SignedLink) -> Invitation:
    """The invitation that a link answers, with the employer. :raises LinkDead: when it is answered or withdrawn."""
    invitation = queries.invitation_by_id(link.subject_id)
    if invitation is None or invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise LinkDead(_("Ask for a new one, or call your coach."))
    return invitation


def guest_of(invitation: Invitation) -> User | None:
    """A user with the invited address who belongs nowhere yet: they join with the account that they have."""
    user = _without_organisation(invitation)
    return user if user is not None and user.email_verified_at is not None else None


def _without_organisation(invitation: Invitation) -> User | None:
    user = accounts.user_by_email(invitation.email)
    if user is None or user.role is not Role.EMPLOYER or user.deactivated_at is not None:
        return None
    return user if queries.membership_of(user.id) is None else None


def accept_invitation(link: SignedLink, *, name: str = "", phone: str = "", password: str = "") -> User:
    """Join an employer by invitation: with a new account, or with the one that a guest has (see ``guest_of``).

    Terms have been accepted in the form. An account whose address nobody has verified may be a stranger's work: who
    holds the invitation chooses name and password anew.

    :raises Invalid: at ``password``; :raises Refused: when the address belongs to an account that is in use elsewhere.
    """
    invitation = invitation_of_link(link)
    employer = invitation.employer
    user = guest_of(invitation)
    if user is None:
        account_service.accept_password("password", password, name, invitation.email, employer.name)
        user = _without_organisation(invitation)
        if user is not None:
            account_service.begin_anew(user, name=name, phone=phone, password=password)
        else:
            user = account_service.register(
                role=Role.EMPLOYER,
                email=invitation.email,
                name=name,
                phone=phone,
                language=invitation.language,
                password=password,
                verified=True,
            )
    if user is None:
        raise Refused(_("This address has an account already, which belongs elsewhere. Call us, and we sort it out."))
    links.use(link)
    invitation.accepted_at = clock.now()
    user.email_verified_at = user.email_verified_at or clock.now()
    db.session.execute(delete(JoinRequest).where(JoinRequest.user_id == user.id))
    _join(user, employer, manages=not queries.managers(employer.id))
    actor = Actor(Role.EMPLOYER, user_id=user.id, employer_id=employer.id, name=user.name)
    record(actor, "employers.accept_invitation", "employer", employer.id)
    if employer.verification is Verification.WAITING:
        mails.employer_waits(employer)
    return user


def let_in(actor: Actor, request: JoinRequest) -> None:
    """Let in somebody who asked to join; ``request.user`` and ``request.employer`` are loaded."""
    user, employer = _answer(actor, request)
    manages = not queries.managers(employer.id)
    membership = _join(user, employer, manages=manages)
    membership.terms_version, membership.terms_accepted_at = request.terms_version, request.created_at
    record(actor, "employers.let_in", "employer", employer.id, user_id=user.id)
    mails.colleague_let_in(user.id, employer)


def refuse(actor: Actor, request: JoinRequest) -> None:
    """Do not let somebody in who asked to join."""
    user, employer = _answer(actor, request)
    record(actor, "employers.refuse", "employer", employer.id, user_id=user.id)
    mails.colleague_not_let_in(user.id, employer)


def look_after(actor: Actor, employer: Employer) -> None:
    """The coach who presses looks after the employer from now on."""
    if actor.role is not Role.COACH:
        raise Refused(_("This step is somebody else's to take."))
    employer.coach_id = actor.user_id
    record(actor, "employers.look_after", "employer", employer.id)


def assign(actor: Actor, employer: Employer, coach: User) -> None:
    """The team leader chooses who looks after an employer; the coach is mailed.

    :raises Refused: for everybody else, or when somebody was quicker.
    :raises Invalid: at ``coach`` when that is no coach of the leader's team.
    """
    if actor.role is not Role.TEAM_LEADER:
        raise Refused(_("This step is somebody else's to take."))
    if coach.role is not Role.COACH or coach.team_id != actor.team_id or not coach.is_active:
        raise Invalid("coach", _("Choose a coach of your team."))
    if employer.coach_id == coach.id:
        return
    changed = rows_changed(
        update(Employer)
        .where(Employer.id == employer.id, Employer.coach_id.is_not_distinct_from(employer.coach_id))
        .values(coach_id=coach.id)
    )
    if changed != 1:
        raise Overtaken(_("Somebody was quicker: it is done already."))
    record(actor, "employers.assign", "employer", employer.id, user_id=coach.id)
    mails.employer_assigned(employer, coach.id)


def log_contact(
    actor: Actor,
    employer: Employer,
    *,
    on_day: date,
    channel: Channel,
    with_whom: str = "",
    candidate_id: int | None = None,
    learned: str = "",
    next_step: str = "",
    next_step_on: date | None = None,
) -> EmployerContact:
    """Log a visit, call or mail. The first one makes a prospect an employer in dialogue.

    Whether it is the first visit is counted, not asked.

    :raises Invalid: at ``on_day`` for a day to come, at ``next_step`` or ``next_step_on`` when one lacks the other.
    """
    _staff_only(actor)
    if on_day > clock.today():
        raise Invalid("on_day", _("This day is still to come. Log a contact when it has happened."))
    if next_step and next_step_on is None:
        raise Invalid("next_step_on", _("Say by when."))
    if next_step_on is not None and not next_step:
        raise Invalid("next_step", _("Say what is to be done then."))
    met_before = db.session.scalar(
        select(exists().where(EmployerContact.employer_id == employer.id, EmployerContact.channel == Channel.IN_PERSON))
    )
    contact = EmployerContact(
        employer_id=employer.id,
        coach_id=actor.user_id,
        on_day=on_day,
        channel=channel,
        first_visit=channel is Channel.IN_PERSON and not met_before,
        with_whom=with_whom,
        candidate_id=candidate_id,
        learned=learned,
        next_step=next_step,
        next_step_on=next_step_on,
    )
    db.session.add(contact)
    db.session.flush()
    record(actor, "employers.log_contact", "employer", employer.id, how=channel.value)
    if employer.standing is Standing.PROSPECT:
        set_standing(actor, employer, Standing.IN_DIALOGUE)
    return contact


def set_standing(actor: Actor, employer: Employer, standing: Standing) -> None:
    """Say how near an employer is; rooms above call it when a need opens or somebody is hired."""
    if employer.standing is not standing:
        record(actor, "employers.standing", "employer", employer.id, **{"from": employer.standing, "to": standing})
        employer.standing = standing


def do_next_step(actor: Actor, contact: EmployerContact) -> None:
    """A logged next step is done. :raises Refused: when it was already."""
    _staff_only(actor)
    done = rows_changed(
        update(EmployerContact)
        .where(EmployerContact.id == contact.id, EmployerContact.next_step_done_at.is_(None))
        .values(next_step_done_at=clock.now())
    )
    if done != 1:
        raise Overtaken(_("Somebody was quicker: it is done already."))
    record(actor, "employers.next_step_done", "employer", contact.employer_id)


def _staff_only(actor: Actor) -> None:
    if not actor.is_staff:
        raise Refused(_("This step is somebody else's to take."))


def _move(actor: Actor, employer: Employer, verb: str, *, logged: dict[str, str] | None = None, **values: Any) -> None:
    """Compare and set: of two who press at once, one gets through."""
    before = employer.verification
    row = VERIFICATIONS.check(before, verb, actor.role)
    changed = rows_changed(
        update(Employer)
        .where(Employer.id == employer.id, Employer.verification == before)
        .values(verification=row.target, **values)
    )
    if changed != 1:
        raise Overtaken(_("Somebody was quicker: it is done already."))
    details = {"from": before, "to": row.target, **(logged or {})}
    record(actor, f"employers.{verb}", "employer", employer.id, **details)


def _found_or_known(employer: Employer) -> tuple[Employer, bool]:
    """Keep a new employer, unless its Business ID is here, even since this very instant: then that one, and False."""
    known = queries.by_business_id(employer.business_id or "")
    if known is not None:
        return known, False
    try:
        with db.session.begin_nested():
            db.session.add(employer)
            db.session.flush()
    except IntegrityError:
        known = queries.by_business_id(employer.business_id or "")
        if known is None:
            raise
        return known, False
    return employer, True


def _join(user: User, employer: Employer, *, manages: bool) -> Membership:
    membership = Membership(
        user_id=user.id, employer_id=employer.id, manages=manages, terms_version=rules.TERMS_VERSION
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def _answer(actor: Actor, request: JoinRequest) -> tuple[User, Employer]:
    user, employer = request.user, request.employer
    if not rules.may_let_in(actor, employer, has_managers=bool(queries.managers(employer.id))):
        raise Refused(_("This step is somebody else's to take."))
    gone = rows_changed(delete(JoinRequest).where(JoinRequest.id == request.id))
    if gone != 1:
        raise Overtaken(_("Somebody was quicker: it is done already."))
    return user, employer


def _mail_invitation(actor: Actor, invitation: Invitation, employer: Employer) -> None:
    if mails.has_had_enough(invitation.email, actor.user_id):
        raise Refused(_("Many invitations have been mailed within an hour. Wait a while, then try again."))
    links.revoke(Purpose.INVITATION, invitation.id)
    link = links.issue(Purpose.INVITATION, invitation.id, INVITED_FOR)
    mails.colleague_invited(invitation, employer, actor.name, link)
