"""Mails about what goes. None says who, and none to an employer says why."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.i18n import day
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.service import enqueue
from portal.placements.dates import calendar, coming
from portal.placements.models import ContactSide, Placement
from portal.placements.queries import employer_readers, open_contacts
from portal.proposals.models import Proposal
from portal.proposals.queries import contact_users

WITHIN_MINUTES = 20 * 60


def _write_data_goes(context: Context) -> Letter:
    goes_on = day(date.fromisoformat(context["goes_on"]))
    return Letter(
        subject=_("Data about a candidate is erased on %(day)s", day=goes_on),
        paragraphs=[
            _("Nothing has been written down about a candidate of yours for almost as long as data is kept."),
            _(
                "On %(day)s everything about this person is erased, and only figures without a person stay.",
                day=goes_on,
            ),
            _("If you still work together, open the page and press “Keep: there has been activity”."),
        ],
        action=(_("Open the candidate"), context["page"]),
        why=_("You get this because you look after the candidate, or lead the team."),
    )


DATA_GOES = mail_kind("data_goes", _write_data_goes)


def data_goes(user: User, candidate_id: int, public_id: str, goes_on: date) -> None:
    """To the coach, or to the team's leaders when there is none: somebody's data is about to be erased."""
    context = {"page": f"/candidates/{public_id}", "goes_on": goes_on.isoformat()}
    enqueue(DATA_GOES, about=("candidate", candidate_id), context=context, user_id=user.id)


def _write_account_goes(context: Context) -> Letter:
    goes_on = day(date.fromisoformat(context["goes_on"]))
    return Letter(
        subject=_("Your account is erased on %(day)s", day=goes_on),
        paragraphs=[
            _("You have not signed in for a long time, and nothing of yours is under way here."),
            _("On %(day)s your account is erased: your name, mail address and phone number.", day=goes_on),
            _("To keep it, sign in before that day. That is all."),
        ],
        action=(_("Sign in"), "/sign-in"),
        why=_("You get this because you have an account here."),
    )


ACCOUNT_GOES = mail_kind("account_goes", _write_account_goes)


def account_goes(user_id: int, goes_on: date) -> None:
    """To a user: the account is about to be erased."""
    enqueue(ACCOUNT_GOES, about=("user", user_id), context={"goes_on": goes_on.isoformat()}, user_id=user_id)


def _write_candidate_gone(context: Context) -> Letter:
    return Letter(
        subject=_("No longer available: %(title)s", title=context["title"]),
        paragraphs=[
            _("A candidate whom you were offered for this need is no longer available."),
            _("Your need stays as it was. The coach goes on looking for you."),
        ],
        action=(_("Open the need"), context["opening"]),
        why=_("You get this because you are a contact person for the need."),
    )


CANDIDATE_GONE = mail_kind("candidate_gone", _write_candidate_gone)


def candidate_gone(proposal: Proposal) -> None:
    """To the contact persons: the neutral sentence, without even the alias, since nothing of the proposal is left.

    Each proposal's hour is its own, so that two employers who compare notes cannot join them.
    """
    due_at = clock.now() + timedelta(minutes=secrets.randbelow(WITHIN_MINUTES))
    context = {"title": proposal.opening.title, "opening": f"/openings/{proposal.opening.public_id}"}
    for user in contact_users(proposal):
        enqueue(CANDIDATE_GONE, about=("opening", proposal.opening_id), context=context, user_id=user.id, due_at=due_at)


def _write_following_ended(context: Context) -> Letter:
    return Letter(
        subject=_("The follow-up has ended: %(title)s", title=context["title"]),
        paragraphs=[
            _("We no longer follow this hire here. The employment itself is between you and your employee."),
            _("Its page is closed. If you want to talk, call the coach whom you know."),
        ],
        action=(_("Open your first page"), "/"),
        why=_("You get this because you are a contact person for the need."),
        calendar=calendar(context),
    )


FOLLOWING_ENDED = mail_kind("following_ended", _write_following_ended)


def following_ended(placement: Placement) -> None:
    """To the employer's contact persons, when the employer knew of the support: the hire is no longer followed."""
    if placement.employer_id is None:
        return
    coming_days = coming(open_contacts(placement), ContactSide.EMPLOYER)
    # the contacts themselves are erased; what is left of them in the mail is the random id that the calendars know
    off = [[one.public_id, one.sequence + 1, one.due_on.isoformat()] for one in coming_days]
    context = {"title": placement.title, "off": off}
    for user in employer_readers(placement):
        enqueue(FOLLOWING_ENDED, about=("employer", placement.employer_id), context=context, user_id=user.id)
