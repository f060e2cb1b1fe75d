"""To the candidate: questions, what was agreed to, and the end. Each link is the candidate's own; nobody signs in."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import SignedLink
from portal.candidates.models import PERSONAL_FIELD_NAMES, PersonalField
from portal.core.i18n import day
from portal.outbox.letters import Context, Letter
from portal.proposals.mails.readers import job, kind, to_candidate, while_asked, while_sent, while_shown, why_candidate
from portal.proposals.models import Proposal


def _write_consent_request(context: Context) -> Letter:
    return Letter(
        subject=_("A question from your coach"),
        paragraphs=[
            _("Your coach found a job that could fit you: %(title)s, %(employer)s.", **job(context)),
            _("Nothing has been sent. Look at what the employer would see, and say yes, no, or ask for a change."),
            _("Please answer by %(day)s.", day=day(date.fromisoformat(context["answer_by"]))),
        ],
        action=(_("Look and answer"), "/consent/{link}"),
        why=why_candidate(),
    )


CONSENT_REQUEST = kind("consent_request", _write_consent_request, while_asked, urgent=True)


def consent_request(proposal: Proposal, link: SignedLink) -> None:
    """Ask the candidate; the link opens the page with the three answers."""
    if proposal.answer_by is not None:
        answer_by = proposal.answer_by.isoformat()
        to_candidate(CONSENT_REQUEST, proposal, link=links.mail_context(link), answer_by=answer_by)


def _write_disclosure_request(context: Context) -> Letter:
    return Letter(
        subject=_("A question from your coach"),
        paragraphs=[
            _("The employer wants to know more about you: %(title)s, %(employer)s.", **job(context)),
            _("You choose what they may know. Nothing is told before you say yes."),
        ],
        action=(_("Look and choose"), "/consent/{link}"),
        why=why_candidate(),
    )


DISCLOSURE_REQUEST = kind("disclosure_request", _write_disclosure_request, while_sent, urgent=True)


def disclosure_request(proposal: Proposal, link: SignedLink) -> None:
    """Ask the candidate which details the employer may know."""
    to_candidate(DISCLOSURE_REQUEST, proposal, link=links.mail_context(link))


def _write_consent_again(context: Context) -> Letter:
    return Letter(
        subject=_("The job has changed"),
        paragraphs=[
            _("You agreed to a job with us: %(title)s, %(employer)s. The employer has changed it.", **job(context)),
            _("Look at how it is now. Nothing more is told before you say yes again."),
        ],
        action=(_("Look and answer"), "/consent/{link}"),
        why=why_candidate(),
    )


CONSENT_AGAIN = kind("consent_again", _write_consent_again, while_sent)


def consent_again(proposal: Proposal, link: SignedLink) -> None:
    """Ask again after workplace, hours, pay or contact persons were changed."""
    to_candidate(CONSENT_AGAIN, proposal, link=links.mail_context(link))


def _write_consent_recorded(context: Context) -> Letter:
    fields = ", ".join(str(PERSONAL_FIELD_NAMES[PersonalField(name)]) for name in context["fields"])
    told = (
        _("The employer may know this about you: %(fields)s.", fields=fields)
        if fields
        else _("The employer sees your profile without your name.")
    )
    return Letter(
        subject=_("What you agreed to"),
        paragraphs=[
            _("You said yes to this job: %(title)s, %(employer)s.", **job(context)),
            told,
            _("You can take your yes back at any time. You need not say why."),
        ],
        action=(_("See what I agreed to, or take it back"), "/my-consents/{link}"),
        why=why_candidate(),
    )


CONSENT_RECORDED = kind("consent_recorded", _write_consent_recorded, while_shown, urgent=True)
DISCLOSURE_RECORDED = kind("disclosure_recorded", _write_consent_recorded, while_shown, urgent=True)


def consent_recorded(proposal: Proposal, link: SignedLink) -> None:
    """Tell the candidate what was agreed, with the link to take it back."""
    to_candidate(CONSENT_RECORDED, proposal, link=links.mail_context(link), fields=[])


def disclosure_recorded(proposal: Proposal, link: SignedLink, fields: list[PersonalField]) -> None:
    """Tell the candidate which details the employer was given, with the link to take it back."""
    names = [field.value for field in fields]
    to_candidate(DISCLOSURE_RECORDED, proposal, link=links.mail_context(link), fields=names)


def _write_closed_for_candidate(context: Context) -> Letter:
    return Letter(
        subject=_("A job is no longer open"),
        paragraphs=[
            _("This job is no longer open for you: %(title)s, %(employer)s.", **job(context)),
            _("The employer can no longer see your profile. Your coach goes on looking with you."),
        ],
        why=why_candidate(),
    )


CLOSED_FOR_CANDIDATE = kind("closed_for_candidate", _write_closed_for_candidate)


def closed_for_candidate(proposal: Proposal) -> None:
    """Tell the candidate that a job which knew the profile is no longer open."""
    to_candidate(CLOSED_FOR_CANDIDATE, proposal)
