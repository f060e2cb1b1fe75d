"""Who reads the mails of a proposal: how one is queued for each of them, why they get it, and while it is still due."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.core import clock
from portal.outbox.letters import Context, Letter, MailKind, mail_kind
from portal.outbox.models import Notification
from portal.outbox.queries import due_from
from portal.outbox.service import enqueue
from portal.proposals import queries
from portal.proposals.models import Proposal
from portal.proposals.states import LIVE, PROFILE_SHOWN, SENT, ProposalState

# Two employers of one candidate shall not find each other by the order or the hour of their mails: whoever compares a
# day's mails compares two orders by chance. Within a day, so that nobody waits long.
SPREAD_OVER = timedelta(hours=20)
ELSEWHERE_LATELY = timedelta(days=14)
FIRST = "candidate_proposed"  # the kind that comes before all others

# Longer than an unanswered proposal stays open (``rules.CLOSES_AFTER`` after the last reminder). Mostly a link ends
# sooner: with the state that it was mailed in.
ANSWER_WITHIN = timedelta(days=60)

# While a mail is still due


def _state_of(notification: Notification) -> ProposalState | None:
    return queries.state_of(notification.about_id)


def while_sent(notification: Notification) -> bool:
    """Still due while the proposal lives with the employer."""
    return _state_of(notification) in SENT


def while_live(notification: Notification) -> bool:
    """Still due while the proposal is under way."""
    return _state_of(notification) in LIVE


def while_proposed(notification: Notification) -> bool:
    """Still due while the employer has not answered."""
    return _state_of(notification) is ProposalState.PROPOSED


def while_asked(notification: Notification) -> bool:
    """Still due while the candidate has not answered."""
    return _state_of(notification) is ProposalState.AWAITING_CONSENT


def while_reported(notification: Notification) -> bool:
    """Still due while the other side has not confirmed the hire."""
    return _state_of(notification) is ProposalState.HIRE_REPORTED


def while_shown(notification: Notification) -> bool:
    """Still due while the employer may be shown the profile, after a hire too."""
    return _state_of(notification) in PROFILE_SHOWN


def while_read(notification: Notification) -> bool:
    """Still due while the messages are on its reader's page."""
    return queries.may_read(notification.about_id, notification.told_id)


def always(_notification: Notification) -> bool:
    """Due whatever has happened since."""
    return True


def kind(
    name: str,
    write: Callable[[Context], Letter],
    still_due: Callable[[Notification], bool] = always,
    *,
    informative: bool = False,
    urgent: bool = False,
) -> MailKind:
    """A kind of mail that also asks, at sending, whether its reader may still be told of the proposal."""

    def check(notification: Notification) -> bool:
        return queries.may_be_told(notification.about_id, notification.told_id) and still_due(notification)

    return mail_kind(name, write, still_due=check, informative=informative, urgent=urgent)


# Why somebody gets it


def why_employer() -> str:
    """For a contact person."""
    return _("You get this because you are a contact person for the need.")


def why_coach() -> str:
    """For the candidate's coach."""
    return _("You get this because you are the coach of this candidate.")


def why_candidate() -> str:
    """For the candidate."""
    return _("You get this because your coach wrote down your mail address.")


# To whom


def _to_user(
    kind: MailKind,
    proposal: Proposal,
    user: User,
    due_at: datetime | None,
    once_key: str | None = None,
    /,
    **context: object,
) -> None:
    base = {
        "title": proposal.opening.title,
        "alias": proposal.alias.alias,
        "page": f"/proposals/{proposal.public_id}",
    }
    enqueue(
        kind,
        about=("proposal", proposal.id),
        context={**base, **context},
        user_id=user.id,
        due_at=due_at,
        once_key=once_key,
        thread=f"proposal-{proposal.public_id}-{user.role.value}",
    )


def _due_at(proposal: Proposal, *, spread: bool) -> datetime | None:
    """When a mail to the contact persons is due; None: at once.

    A candidate's mails to one employer wait for the first of them, which tells that there is a candidate at all.
    """
    due_at = due_from(FIRST, ("proposal", proposal.id))
    if spread and queries.is_elsewhere(proposal, clock.now() - ELSEWHERE_LATELY):
        later = clock.now() + timedelta(seconds=secrets.randbelow(int(SPREAD_OVER.total_seconds())))
        return max(later, due_at) if due_at is not None else later
    return due_at


def to_contacts(
    kind: MailKind, proposal: Proposal, *, answers: bool = False, spread: bool = False, **context: object
) -> None:
    """Queue a mail to each contact person who may be told; ``context`` comes on top of title, alias and page.

    :param answers: what waits can be answered from the mail: each gets a link of their own.
    :param spread: what the team or the clock sets off, which could go to the candidate's other employers in the same
        order: it goes at an hour by chance when the candidate is or was elsewhere.
    """
    due_at = _due_at(proposal, spread=spread)
    for user in queries.contact_users(proposal):
        if answers:
            link = links.for_reader(Purpose.ANSWER, proposal.id, user.id, ANSWER_WITHIN)
            context = {**context, "link": links.mail_context(link)}
        _to_user(kind, proposal, user, due_at, **context)


def answer_page(context: Context) -> str:
    """Where an answer is given: a contact person's own link, without signing in; else the proposal's page."""
    return "/answer/{link}" if "link" in context else str(context["page"])


def own_link() -> str:
    """What is said beside a link of the reader's own."""
    return _("The button opens the page without a password. It is meant for you alone: do not pass this mail on.")


def to_coach(kind: MailKind, proposal: Proposal, once_key: str | None = None, /, **context: object) -> None:
    """Queue a mail to the coach; ``context`` comes on top of title, alias and page. ``once_key``: see ``enqueue``."""
    _to_user(kind, proposal, proposal.coach, None, once_key, **context)


def to_other_side(
    kind: MailKind, proposal: Proposal, from_employer: bool, *, answers: bool = False, **context: object
) -> None:
    """Queue a mail to the coach when the employer did something, else to the contact persons.

    :param answers: as in ``to_contacts``.
    """
    if from_employer:
        to_coach(kind, proposal, **context)
    else:
        to_contacts(kind, proposal, answers=answers, spread=False, **context)


def to_candidate(kind: MailKind, proposal: Proposal, **context: object) -> None:
    """Queue a mail to the candidate; ``context`` comes on top of the job's title and employer.

    Nothing is queued for a candidate without a mail address: the coach tells them.
    """
    if queries.has_address(proposal.candidate_id):
        enqueue(
            kind,
            about=("proposal", proposal.id),
            context={"title": proposal.opening.title, "employer": proposal.opening.employer.name, **context},
            candidate_id=proposal.candidate_id,
            thread=f"candidate-{proposal.public_id}",
        )


def job(context: Context) -> dict[str, str]:
    """What a letter to a candidate calls the job."""
    return {"title": context["title"], "employer": context["employer"]}
